import { ALIGNMENT } from '../../program/memoryPlan.ts';
import { sizeOf } from '../../shape.ts';
import type { Variable } from '../../tensor.ts';
import { BackendError } from '../backendError.ts';

const PAGE = 65536;
/** WebAssembly addresses 4 GiB with 32 bits. */
const MOST_PAGES = 65536;
const LINE = ALIGNMENT * 4;
/** The kernels' own few constants lie below. */
const FIRST_ADDRESS = PAGE;
/** Kernels read whole vectors and tiles, a little beyond the last value. */
const SLACK = 1024;

/**
 * The one memory of a backend, shared by all of its threads.
 *
 * Variables stand at the bottom, for good. Above them lies the arena, which every program uses from its
 * start: nothing in it outlives a run, so it moves up when variables are added.
 */
export class SharedMemory {
  readonly memory = new WebAssembly.Memory({ initial: 2, maximum: MOST_PAGES, shared: true });
  private readonly addresses = new Map<Variable, number>();
  private top = FIRST_ADDRESS;

  /** Address of the arena; it changes when variables are added. */
  get arena(): number {
    return this.top;
  }

  /** Address of a variable, which is given a place and its initial value when first asked for. */
  addressOf(variable: Variable): number {
    const known = this.addresses.get(variable);
    if (known !== undefined) return known;
    const address = this.reserve(4 * sizeOf(variable.shape));
    this.addresses.set(variable, address);
    this.floats(address, sizeOf(variable.shape)).set(variable.initial);
    return address;
  }

  /** Sets memory aside for good. */
  reserve(bytes: number): number {
    const address = this.top;
    this.ensure(address + bytes);
    this.top = Math.ceil((address + bytes) / LINE) * LINE;
    return address;
  }

  /** Grows the memory so that everything below `end` can be used. */
  ensure(end: number): void {
    const pages = Math.ceil((end + SLACK) / PAGE);
    const missing = pages - this.memory.buffer.byteLength / PAGE;
    if (missing <= 0) return;
    try {
      if (pages > MOST_PAGES) throw new RangeError('more than 32 bits can address');
      this.memory.grow(missing);
    } catch (error) {
      const needed = `${(end / 2 ** 30).toFixed(2)} GB`;
      throw new BackendError(
        `the wasm backend needs ${needed} of memory and cannot have it (its limit is 4 GB): take a smaller batch, patch or image`,
        { cause: error },
      );
    }
  }

  floats(address: number, count: number): Float32Array {
    return new Float32Array(this.memory.buffer, address, count);
  }

  words(address: number, count: number): Int32Array {
    return new Int32Array(this.memory.buffer, address, count);
  }
}
