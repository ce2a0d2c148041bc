/// <reference types="@webgpu/types" />

import type { GPU } from 'gpu.js';
import { ARRAYS, BYTES, bytesOf, type Data, givenOut, type Typed } from '../../elementType.ts';
import { formatBytes } from '../../program/formatProgram.ts';
import { sizeOf } from '../../shape.ts';
import type { Variable } from '../../tensor.ts';
import { BackendError } from '../backendError.ts';
import { PerVariable } from '../perVariable.ts';
import { type Storing, storing } from '../storing.ts';
import { Counted, keyOf } from './counted.ts';
import { type Dispatch, writtenOver } from './lower/dispatch.ts';
import { ADVICE } from './modes.ts';
import { outputOf, storageOf, translate, withHalves } from './translate.ts';

/** As `GPUBufferUsage` and `GPUMapMode`, which are globals only once WebGPU has been opened. */
const UNIFORM = 0x40;
const STORAGE = 0x80;
const COPY_SRC = 0x04;
const COPY_DST = 0x08;
const MAP_READ = 0x01;
const COMPUTE_STAGE = 0x04;

/** A range of a buffer, in bytes. */
export interface BufferRange {
  readonly buffer: GPUBuffer;
  readonly bytes: number;
}

/** WebGPU binds and copies whole words. */
const WORD = 4;

/** Bytes of all elements, in whole words. */
export function wordsOf(typed: Typed): number {
  return Math.ceil(bytesOf(typed) / WORD) * WORD;
}

/** Elements as they are stored, in whole words. */
export function packed(value: ArrayLike<number>, typed: Typed): Data {
  const elements = new ARRAYS[typed.dtype](wordsOf(typed) / BYTES[typed.dtype]);
  elements.set(value);
  return elements;
}

/** A copy of elements that have been stored. */
export function unpacked(bytes: ArrayBuffer, { shape, dtype }: Typed): Data {
  return givenOut(new ARRAYS[dtype](bytes, 0, sizeOf(shape)));
}

/**
 * A WebGPU device, and what the programs of one backend share on it: variables, constants, pipelines, and the arena's
 * buffers, which every program uses, as nothing in them outlives a run.
 *
 * All work is done in the order in which it is asked for, one piece after the other.
 */
export class Device {
  readonly limits: GPUSupportedLimits;
  /** Throws for what this GPU cannot store. */
  readonly storing: Storing;
  /** Changes when an arena buffer is replaced: what was bound to the old one must be bound again. */
  version = 0;
  private readonly device: GPUDevice;
  private readonly gpu: GPU;
  private readonly variables = new PerVariable<GPUBuffer>((buffer) => buffer.destroy());
  private readonly constants = new Counted<GPUBuffer>((buffer) => buffer.destroy());
  /** WebGPU gives a pipeline back when nothing refers to it any more. */
  private readonly pipelines = new Counted<Promise<GPUComputePipeline>>(() => {});
  private readonly layouts = new Map<string, GPUBindGroupLayout>();
  /** By size, the largest first. */
  private arena: GPUBuffer[] = [];
  /** Those that nothing is read back through now */
  private staging: GPUBuffer[] = [];
  private last: Promise<unknown> = Promise.resolve();
  /** Of the run that was submitted last */
  private reading: Promise<unknown> = Promise.resolve();
  private fault: Error | undefined;
  /** Of all that is being waited for: rejects it */
  private readonly waiting = new Set<(error: Error) => void>();
  private readonly onError: (event: Event) => void;

  constructor(device: GPUDevice, gpu: GPU) {
    this.device = device;
    this.gpu = gpu;
    this.limits = device.limits;
    const hasHalf = device.features.has('shader-f16') && ARRAYS.float16 !== undefined;
    this.storing = storing('this GPU', hasHalf ? ['float16', 'float32'] : ['float32']);
    this.onError = (event) => this.end((event as GPUUncapturedErrorEvent).error.message);
    device.addEventListener('uncapturederror', this.onError);
    void device.lost.then(({ reason, message }) => {
      this.end(`the device was lost (${message || reason})`);
    });
  }

  /** Does a piece of work when all that came before it is done. Rejects with BackendError once the device has failed. */
  inOrder<T>(work: () => Promise<T>): Promise<T> {
    const result = this.last.then(() => this.unlessItFails(work));
    this.last = result.catch(() => {});
    return result;
  }

  /**
   * The same for work that ends with a submit, whose results are then read back. The next piece begins once the results of the run
   * before are there: so the host prepares a run while the GPU computes another, and no more than two are on their way.
   */
  async runInOrder<T>(work: () => Promise<{ readonly reading: Promise<T> }>): Promise<T> {
    const { reading } = await this.inOrder(async () => {
      const submitted = await work();
      const earlier = this.reading;
      this.reading = submitted.reading.catch(() => {});
      await earlier;
      return submitted;
    });
    return this.unlessItFails(() => reading);
  }

  /** What fails because the device has failed is told as that, and at once. */
  private unlessItFails<T>(work: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.fault) return reject(this.fault);
      this.waiting.add(reject);
      work()
        .then(resolve, (error: Error) => reject(this.fault ?? error))
        .finally(() => this.waiting.delete(reject));
    });
  }

  /** In bytes, of those that kernels can see. */
  get largestBuffer(): number {
    const { maxStorageBufferBindingSize, maxBufferSize } = this.limits;
    return Math.min(maxStorageBufferBindingSize, maxBufferSize);
  }

  /** Groups of threads that a kernel may have along an axis. */
  get mostGroups(): number {
    return this.limits.maxComputeWorkgroupsPerDimension;
  }

  /** Throws BackendError if a buffer of so many bytes cannot be bound. */
  checkSize(bytes: number, what: string): void {
    const most = this.largestBuffer;
    if (bytes <= most) return;
    throw new BackendError(
      `${what} needs ${formatBytes(bytes)} in one buffer, this GPU's driver allows ${formatBytes(most)}: ${ADVICE}`,
    );
  }

  /** Groups of threads along each axis, and threads along x if a single axis was folded. Throws as `checkSize`. */
  groupsOf(
    { grid, shader }: Dispatch,
    what: string,
  ): { groups: readonly [number, number, number]; width: number } {
    const most = this.mostGroups;
    if (shader) return this.checked(shader.groups, what);
    const [x, y = 1, z = 1] = outputOf(grid);
    if (y === 1 && z === 1) {
      const groups = Math.ceil(x / 64);
      const rows = Math.ceil(groups / most);
      const inRow = Math.ceil(groups / rows);
      return { groups: [inRow, rows, 1], width: inRow * 64 };
    }
    return this.checked([Math.ceil(x / 8), Math.ceil(y / 8), z], what);
  }

  private checked(groups: readonly [number, number, number], what: string) {
    const most = this.mostGroups;
    const axis = groups.findIndex((n) => n > most);
    if (axis < 0) return { groups, width: 0 };
    throw new BackendError(
      `${what} needs ${groups[axis]} groups of threads along ${'xyz'[axis]}, this GPU's driver allows ${most}: ${ADVICE}`,
    );
  }

  /**
   * Makes buffers. Throws BackendError, naming their size, when the GPU has no memory left for them; what was made is
   * then of no use, and so is this device.
   */
  async allocate<T>(bytes: number, make: () => T): Promise<T> {
    this.device.pushErrorScope('out-of-memory');
    const made = make();
    const error = await this.device.popErrorScope();
    if (!error) return made;
    this.fault = new BackendError(
      `the GPU has no memory left for ${formatBytes(bytes)} of buffers: ${ADVICE}`,
    );
    throw this.fault;
  }

  /** As many arena buffers as there are sizes, in bytes, the largest first. They may serve other programs in between. */
  fitArena(sizes: readonly number[]): GPUBuffer[] {
    sizes.forEach((bytes, i) => {
      if ((this.arena[i]?.size ?? 0) >= bytes) return;
      this.arena[i]?.destroy();
      this.arena[i] = this.createBuffer(bytes);
      this.version++;
    });
    return this.arena;
  }

  /** The buffer of a variable, made with its initial value, or this one, when first asked for. */
  variable(variable: Variable, value: ArrayLike<number> = variable.initial): GPUBuffer {
    this.storing(variable);
    return this.variables.get(variable, () => {
      const buffer = this.createBuffer(wordsOf(variable));
      this.upload(buffer, packed(value, variable));
      return buffer;
    });
  }

  writeVariable(variable: Variable, value: Data): void {
    this.upload(this.variable(variable, value), value);
  }

  async readVariable(variable: Variable): Promise<Data> {
    const range = { buffer: this.variable(variable), bytes: wordsOf(variable) };
    const [value] = await this.submitAndRead(this.encoder(), [range]);
    return unpacked(value!, variable);
  }

  /** A buffer that holds one number, until `release` of its user. */
  constant(value: number, user: object): GPUBuffer {
    return this.constants.get(keyOf(value), user, () => {
      const buffer = this.createBuffer(BYTES.float32);
      this.upload(buffer, Float32Array.of(value));
      return buffer;
    });
  }

  /** Gives back constants and pipelines that nobody but this user has. */
  release(user: object): void {
    this.constants.release(user);
    this.pipelines.release(user);
  }

  /** A buffer of kernel parameters; the caller destroys it. */
  parameters(words: Uint32Array): GPUBuffer {
    const buffer = this.device.createBuffer({ size: words.byteLength, usage: UNIFORM | COPY_DST });
    this.upload(buffer, words);
    return buffer;
  }

  upload(buffer: GPUBuffer, { buffer: memory, byteOffset, byteLength }: Data | Uint32Array): void {
    // Bytes: Dawn for Node ends the process when it is given a Float16Array.
    this.device.queue.writeBuffer(buffer, 0, memory as ArrayBuffer, byteOffset, byteLength);
  }

  /** The pipeline of a call, until `release` of its user: one for each source, as sizes of grids are parameters. */
  pipeline(call: Dispatch, user: object): Promise<GPUComputePipeline> {
    const source = call.shader?.wgsl ?? `${outputOf(call.grid).length} ${bindingsOf(call)} ${call.source}`;
    const types = [...call.inputs, ...call.outputs].map(({ dtype }) => dtype);
    const key = `${types} ${source}`;
    return this.pipelines.get(key, user, () => this.createPipeline(call));
  }

  /** Binding 0 is the parameters, the others are those of `storageOf` the call. */
  bind(
    call: Dispatch,
    parameters: GPUBufferBinding,
    storage: readonly (BufferRange & { readonly binding: number })[],
  ): GPUBindGroup {
    const entries = storage.map(({ binding, buffer, bytes }) => ({
      binding,
      resource: { buffer, size: bytes },
    }));
    return this.device.createBindGroup({
      layout: this.layout(call),
      entries: [{ binding: 0, resource: parameters }, ...entries],
    });
  }

  encoder(): GPUCommandEncoder {
    return this.device.createCommandEncoder();
  }

  /** Submits what an encoder holds, and reads back copies of some ranges; without any it waits for the work. */
  async submitAndRead(encoder: GPUCommandEncoder, ranges: readonly BufferRange[]): Promise<ArrayBuffer[]> {
    const total = ranges.reduce((sum, { bytes }) => sum + bytes, 0);
    if (total === 0) {
      this.device.queue.submit([encoder.finish()]);
      await this.device.queue.onSubmittedWorkDone();
      return [];
    }
    const staging = this.takeStaging(total);
    let offset = 0;
    for (const { buffer, bytes } of ranges) {
      encoder.copyBufferToBuffer(buffer, 0, staging, offset, bytes);
      offset += bytes;
    }
    this.device.queue.submit([encoder.finish()]);
    await staging.mapAsync(MAP_READ, 0, total);
    const all = staging.getMappedRange(0, total);
    let end = 0;
    const values = ranges.map(({ bytes }) => {
      end += bytes;
      return all.slice(end - bytes, end);
    });
    staging.unmap();
    this.staging.push(staging);
    return values;
  }

  /** Gives the memory back. The device itself serves other backends of this process. */
  async dispose(): Promise<void> {
    await this.last;
    await this.reading;
    this.device.removeEventListener('uncapturederror', this.onError);
    this.constants.clear();
    this.variables.clear();
    for (const buffer of [...this.arena, ...this.staging]) buffer.destroy();
    this.end('this backend has been disposed of');
  }

  private end(why: string): void {
    this.fault ??= new BackendError(
      `gpujs webgpu: ${why}; go on from what was saved last, with a smaller batch or with the backend wasm`,
    );
    for (const reject of this.waiting) reject(this.fault);
  }

  private createBuffer(bytes: number): GPUBuffer {
    return this.device.createBuffer({
      size: Math.ceil(bytes / WORD) * WORD,
      usage: STORAGE | COPY_SRC | COPY_DST,
    });
  }

  /** A buffer to read back through, until it is put back. */
  private takeStaging(bytes: number): GPUBuffer {
    const kept = this.staging.pop();
    if (kept && kept.size >= bytes) return kept;
    kept?.destroy();
    return this.device.createBuffer({ size: bytes, usage: MAP_READ | COPY_DST });
  }

  private async createPipeline(call: Dispatch): Promise<GPUComputePipeline> {
    const code = withHalves(call.shader?.wgsl ?? translate(this.gpu, call), call);
    const layout = this.device.createPipelineLayout({ bindGroupLayouts: [this.layout(call)] });
    // One that is refused is a fault of its program, not of the device.
    this.device.pushErrorScope('validation');
    const module = this.device.createShaderModule({ code });
    const refused = await this.device.popErrorScope();
    if (refused) throw refusal(refused);
    return this.device
      .createComputePipelineAsync({ layout, compute: { module, entryPoint: 'main' } })
      .catch((error: Error) => {
        throw refusal(error);
      });
  }

  private layout(call: Dispatch): GPUBindGroupLayout {
    const key = bindingsOf(call);
    const known = this.layouts.get(key);
    if (known) return known;
    const types = [{ binding: 0, type: 'uniform' } as const, ...storageOf(call)];
    const entries = types.map(({ binding, type }) => ({
      binding,
      visibility: COMPUTE_STAGE,
      buffer: { type },
    }));
    const layout = this.device.createBindGroupLayout({ entries });
    this.layouts.set(key, layout);
    return layout;
  }
}

function refusal({ message }: Pick<Error, 'message'>): BackendError {
  return new BackendError(
    `gpujs webgpu: a kernel is refused (${message}); update the graphics driver, or take the backend wasm`,
  );
}

/** What a call's bindings depend on: how many inputs and outputs it has, and which inputs are written over. */
function bindingsOf(call: Dispatch): string {
  return `${call.inputs.length} ${call.outputs.length} ${writtenOver(call)}`;
}
