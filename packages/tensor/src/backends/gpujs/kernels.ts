import type { IKernelRunShortcut, Texture } from 'gpu.js';
import { Counted } from './counted.ts';
import type { OpenMode } from './host.ts';
import { constant, type Dispatch } from './lower/dispatch.ts';
import { range } from './lower/source.ts';
import { settingsOf } from './translate.ts';

/** gpu.js's texture; its types leave `output` out, the sizes along each axis. */
interface SizedTexture extends Texture {
  readonly output: readonly number[];
}

/** A value between kernels: its elements, or a texture that holds them. It is never changed. */
export type Handle = Float32Array | SizedTexture;

/**
 * The kernels of the modes that run them one by one: `headlessgl`, `webasm` and `cpu`. Each is compiled when it is
 * first called with arguments of these sizes.
 */
export class KernelCache {
  private readonly open: OpenMode;
  private readonly compiled = new Counted<IKernelRunShortcut>((kernel) => this.destroy(kernel));

  constructor(open: OpenMode) {
    this.open = open;
  }

  /** Runs a kernel, which is kept until `forget` of its user; gives its outputs. */
  run(call: Dispatch, inputs: readonly Handle[], user: object): Handle[] {
    const sizes = inputs.map((handle) => (isTexture(handle) ? handle.output : handle.length));
    const key = `${sizes.join(' ')}|${call.grid}|${call.source}`;
    const kernel = this.compiled.get(key, user, () => this.compile(call));
    const result = (kernel as (...inputs: unknown[]) => unknown)(...inputs);
    return isTexture(result) ? [result] : apart(flatten(result, sizeOfResult(call)), call.outputs.length);
  }

  /** A handle of elements that come from outside: in a texture, where kernels want them there. */
  upload(elements: Float32Array, user: object): Handle {
    if (this.open.mode !== 'headlessgl') return elements;
    const copy = `function (x) {\nreturn x[this.thread.x];\n}`;
    const place = { ...constant(0), shape: [elements.length] };
    const call: Dispatch = {
      source: copy,
      grid: [elements.length],
      perThread: 1,
      inputs: [place],
      outputs: [place],
    };
    return this.run(call, [elements], user)[0]!;
  }

  /** The first `count` elements, as a copy. */
  read(handle: Handle, count: number): Float32Array {
    if (!isTexture(handle)) return handle.slice(0, count);
    return flatten(handle.toArray(), count).slice(0, count);
  }

  /** Gives a texture's memory back: WebGL frees nothing by itself. */
  release(handle: Handle): void {
    if (isTexture(handle)) handle.delete();
  }

  /** Gives back the kernels that nobody but this user has. */
  forget(user: object): void {
    this.compiled.release(user);
  }

  dispose(): void {
    this.compiled.clear();
  }

  private destroy(shortcut: IKernelRunShortcut): void {
    const { kernel } = shortcut as unknown as { kernel: { buffer?: unknown } };
    // All kernels draw the rectangle of the one that was built last (64 bytes), which must outlive it.
    if (this.open.mode === 'headlessgl') kernel.buffer = undefined;
    shortcut.destroy();
    // In mode cpu gpu.js keeps it all the same.
    const { kernels } = this.open.gpu as unknown as { kernels: unknown[] };
    const at = kernels.indexOf(kernel);
    if (at >= 0) kernels.splice(at, 1);
  }

  private compile(call: Dispatch): IKernelRunShortcut {
    const { mode, gpu } = this.open;
    const shortcut =
      mode === 'headlessgl'
        ? gpu.createKernel(sourceForGL(call), { ...settingsOf(call), ...SETTINGS_FOR_GL })
        : gpu.createKernel(call.source, settingsOf(call));
    if (mode === 'webasm') {
      // It would wrap each row, and each four elements of a thread, in an array of their own.
      const { kernel } = shortcut as unknown as {
        kernel: { _shapeOutput(data: Float32Array): Float32Array };
      };
      kernel._shapeOutput = (data) => data;
    }
    return shortcut;
  }
}

/** GLSL ES has no bitwise operators, and needs none here; gpu.js would imitate them in a loop over the bits. */
function sourceForGL({ source }: Dispatch): string {
  return source.replace(/\((\w+) \| 0\)/g, '$1');
}

/** Results stay in textures, a new one each, as a value may outlive the next call. */
const SETTINGS_FOR_GL = {
  pipeline: true,
  immutable: true,
  precision: 'single',
  // Four numbers a pixel, in a nearly square texture: with one, a grid's axes would be its sides, which have bounds.
  optimizeFloatMemory: true,
} as const;

function isTexture(value: unknown): value is SizedTexture {
  return typeof value === 'object' && value !== null && 'toArray' in value;
}

function sizeOfResult({ grid: [x, y = 1, z = 1], perThread }: Dispatch): number {
  return x * y * z * perThread;
}

/** What several outputs are, of which each thread has written one element after the other. */
function apart(together: Float32Array, count: number): Float32Array[] {
  if (count === 1) return [together];
  const outputs = range(count).map(() => new Float32Array(together.length / count));
  together.forEach((value, i) => {
    outputs[i % count]![Math.floor(i / count)] = value;
  });
  return outputs;
}

/** The numbers of nested arrays in order. */
function flatten(nested: unknown, size: number): Float32Array {
  if (nested instanceof Float32Array && nested.length === size) return nested;
  const flat = new Float32Array(size);
  let at = 0;
  const append = (part: unknown): void => {
    if (typeof part === 'number') flat[at++] = part;
    else if (part instanceof Float32Array) {
      flat.set(part, at);
      at += part.length;
    } else for (const inner of part as unknown[]) append(inner);
  };
  append(nested);
  return flat;
}
