import type { GPU, GPUVariableType } from 'gpu.js';
import type { Call } from './lower/call.ts';

/** Loops are cut off after 1000 turns unless this says otherwise. */
const LOOP_LIMIT = 2 ** 30;

/** The settings of every kernel: flat arrays in, as many threads as the grid has. */
export function settingsOf({ grid, inputs }: Call) {
  return {
    output: outputOf(grid),
    argumentTypes: inputs.map((): GPUVariableType => 'Array'),
    loopMaxIterations: LOOP_LIMIT,
  };
}

/** The grid without axes of one thread at its end: gpu.js folds a single axis, so that it has no bounds. */
function outputOf([x, y = 1, z = 1]: Call['grid']): number[] {
  if (z > 1) return [x, y, z];
  return y > 1 ? [x, y] : [x];
}

/** What gpu.js makes of a kernel for WebGPU. Not among its types: the version is pinned, and a test covers this. */
interface WebGPUKernel {
  build(...examples: Float32Array[]): unknown;
  _buildAsync(): Promise<void>;
  readonly compiledSource: string;
  readonly workgroupSize: readonly [number, number, number];
}

/** A kernel in WGSL: binding 0 has the `params` below, then come the inputs, then the output. */
export interface Shader {
  readonly wgsl: string;
  readonly workgroup: readonly [number, number, number];
}

/** Has gpu.js translate a kernel to WGSL, and nothing else: pipelines and buffers are ours. */
export function translate(gpu: GPU, call: Call): Shader {
  const { kernel } = gpu.createKernel(call.source, settingsOf(call)) as unknown as { kernel: WebGPUKernel };
  kernel._buildAsync = async () => {};
  kernel.build(...call.inputs.map(() => new Float32Array(1)));
  const { compiledSource: wgsl, workgroupSize: workgroup } = kernel;
  (gpu as unknown as { kernels: unknown[] }).kernels.length = 0;
  return { wgsl, workgroup };
}
