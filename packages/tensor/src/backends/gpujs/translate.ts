import type { GPU } from 'gpu.js';
import { type BufferPlace, type Dispatch, writtenOver } from './lower/dispatch.ts';

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

/** What a kernel reads or writes, and by which binding. */
export interface StorageBinding {
  readonly binding: number;
  readonly place: BufferPlace;
  readonly type: 'read-only-storage' | 'storage';
}

/** The inputs of a kernel that no output is written over, then its outputs: their bindings follow those of all inputs. */
export function storageOf(call: Pick<Dispatch, 'inputs' | 'outputs'>): StorageBinding[] {
  const over = writtenOver(call);
  const inputs = call.inputs.map((place, i) => ({
    ...{ binding: 1 + i, place },
    type: 'read-only-storage' as const,
  }));
  const outputs = call.outputs.map((place, i) => ({
    ...{ binding: 1 + call.inputs.length + i, place },
    type: 'storage' as const,
  }));
  return [...inputs.filter((_, i) => over[i] === undefined), ...outputs];
}

/**
 * Has gpu.js translate a kernel to WGSL, and nothing else: pipelines and buffers are ours.
 *
 * Binding 0 of group 0 is a struct of u32: threads along x, y and z, threads along x of a folded axis, and for each
 * input the sizes of three axes and their product; then come those of `storageOf`. Groups have 64 threads, or 8 x 8 if
 * the grid has two axes or three.
 */
export function translate(gpu: GPU, call: Dispatch): string {
  const { kernel } = gpu.createKernel(call.source, settingsOf(call)) as unknown as { kernel: WebGPUKernel };
  kernel._buildAsync = async () => {};
  kernel.build(...call.inputs.map(() => new Float32Array(1)));
  // gpu.js keeps every kernel, to destroy it some day.
  (gpu as unknown as { kernels: unknown[] }).kernels.length = 0;
  return withOutputs(kernel.compiledSource, call);
}

/** gpu.js knows one output, which nothing reads: here each has a binding, and an input that is written over is read from it. */
function withOutputs(wgsl: string, call: Pick<Dispatch, 'inputs' | 'outputs'>): string {
  const { inputs, outputs } = call;
  const nameOf = (output: number) => (outputs.length === 1 ? 'result' : `result${output}`);
  const declared = outputs.map((_, i) => declaration(1 + inputs.length + i, 'read_write', nameOf(i)));
  const apart = wgsl
    .replace(declaration(1 + inputs.length, 'read_write', 'result'), declared.join('\n'))
    .replace(/result\[data_index \* \d \+ (\d)\]/g, (all, i) =>
      outputs.length > 1 ? `result${i}[data_index]` : all,
    );
  return writtenOver(call).reduce<string>((text, output, i) => {
    if (output === undefined) return text;
    const name = new RegExp(`@binding\\(${1 + i}\\) var<storage, read> (\\w+)`).exec(text)![1]!;
    return text
      .replace(declaration(1 + i, 'read', name), '')
      .replaceAll(`return ${name}[`, `return ${nameOf(output)}[`);
  }, apart);
}

/**
 * A kernel with float16 in the bindings of what is stored so: elements are float32 as soon as they are read, and until they
 * are written. It needs a device with `shader-f16`.
 */
export function withHalves(wgsl: string, call: Pick<Dispatch, 'inputs' | 'outputs'>): string {
  const halves = storageOf(call).filter(({ place }) => place.dtype === 'float16');
  if (halves.length === 0) return wgsl;
  const text = halves.reduce((all, { binding }) => {
    const declared = new RegExp(`@binding\\(${binding}\\) var<storage, \\w+> (\\w+) : array<f32>`).exec(all)!;
    const [whole, name] = declared;
    return all
      .replace(new RegExp(`\\b${name}\\[([^[\\]]*)\\](?! =)`, 'g'), `f32(${name}[$1])`)
      .replace(new RegExp(`\\b(${name}\\[[^[\\]]*\\] =) ([^;]*);`, 'g'), '$1 f16($2);')
      .replace(whole, whole.replace('f32', 'f16'));
  }, wgsl);
  return `enable f16;\n${text}`;
}

function declaration(binding: number, access: 'read' | 'read_write', name: string): string {
  return `@group(0) @binding(${binding}) var<storage, ${access}> ${name} : array<f32>;`;
}
