import type { GPU } from 'gpu.js';
import type { Dispatch } from './lower/dispatch.ts';

/** Loops are cut off after 1000 turns unless this says otherwise. */
const LOOP_LIMIT = 2 ** 30;

/** The settings of every kernel. */
export function settingsOf({ grid }: Dispatch) {
  return { output: outputOf(grid), loopMaxIterations: LOOP_LIMIT };
}

/** The grid without axes of one thread at its end: gpu.js folds a single axis, so that it has no bounds. */
export function outputOf([x, y = 1, z = 1]: Dispatch['grid']):
  | [number]
  | [number, number]
  | [number, number, number] {
  if (z > 1) return [x, y, z];
  return y > 1 ? [x, y] : [x];
}

/** What gpu.js makes of a kernel for WebGPU. Not among its types: the version is pinned, and a test covers this. */
interface WebGPUKernel {
  build(...examples: Float32Array[]): unknown;
  _buildAsync(): Promise<void>;
  readonly compiledSource: string;
}

/**
 * Has gpu.js translate a kernel to WGSL, and nothing else: pipelines and buffers are ours.
 *
 * Binding 0 of group 0 is a struct of u32: threads along x, y and z, threads along x of a folded axis, and for each
 * input the sizes of three axes and their product; then come the inputs, then the output. Groups have 64 threads, or
 * 8 x 8 if the grid has two axes or three.
 */
export function translate(gpu: GPU, call: Dispatch): string {
  const { kernel } = gpu.createKernel(call.source, settingsOf(call)) as unknown as { kernel: WebGPUKernel };
  kernel._buildAsync = async () => {};
  kernel.build(...call.inputs.map(() => new Float32Array(1)));
  // gpu.js keeps every kernel, to destroy it some day.
  (gpu as unknown as { kernels: unknown[] }).kernels.length = 0;
  return kernel.compiledSource;
}
