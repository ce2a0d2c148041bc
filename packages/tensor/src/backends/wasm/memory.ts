import { bytesOf } from '../../elementType.ts';
import { formatBytes } from '../../program/formatProgram.ts';
import { ALIGNMENT } from '../../program/memoryPlan.ts';
import { sizeOf } from '../../shape.ts';
import type { Variable } from '../../tensor.ts';
import { BackendError } from '../backendError.ts';
import { PerVariable } from '../perVariable.ts';
import { storing } from '../storing.ts';

const PAGE = 65536;
/** WebAssembly addresses 4 GiB with 32 bits. */
const MOST_PAGES = 65536;
/** The kernels' own few constants lie below. */
const FIRST_ADDRESS = PAGE;
/** Kernels read whole vectors and tiles, a little beyond the last value. */
const SLACK = 1024;
/** Who cannot have so few bytes is not helped by a smaller image. */
const LITTLE = 2 ** 24;

/** Of the kernels all elements are float32. */
export const storingFloat32 = storing('wasm', ['float32']);

/** A place in memory, in bytes. */
interface Piece {
  readonly address: number;
  readonly bytes: number;
}

/**
 * The one memory of a backend, shared by all of its threads where there can be several.
 *
 * Variables stand at the bottom; what one that is gone leaves serves another of its size. Above them lies the arena, which every program uses from its
 * start: nothing in it outlives a run, so it moves up when variables are added.
 */
export class KernelMemory {
  readonly memory: WebAssembly.Memory;
  private readonly variables = new PerVariable<Piece>((piece) => this.unused.push(piece));
  private readonly unused: Piece[] = [];
  private top = FIRST_ADDRESS;

  constructor(shared: boolean) {
    this.memory = new WebAssembly.Memory({ initial: 2, maximum: MOST_PAGES, shared });
  }

  /** Address of the arena; it changes when variables are added. */
  get arena(): number {
    return this.top;
  }

  /** Address of a variable, which is given a place and its initial value when first asked for. Throws as `storing`. */
  addressOf(variable: Variable): number {
    storingFloat32(variable);
    return this.variables.get(variable, () => {
      const piece = this.pieceOf(bytesOf(variable));
      this.floats(piece.address, sizeOf(variable.shape)).set(variable.initial);
      return piece;
    }).address;
  }

  /** A place of this size that is not used any more, or a new one. */
  private pieceOf(bytes: number): Piece {
    const found = this.unused.findIndex((piece) => piece.bytes === bytes);
    return found < 0 ? { address: this.reserve(bytes), bytes } : this.unused.splice(found, 1)[0]!;
  }

  /** Sets memory aside for good. */
  reserve(bytes: number): number {
    const address = this.top;
    this.ensure(address + bytes);
    this.top = Math.ceil((address + bytes) / ALIGNMENT) * ALIGNMENT;
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
      const remedy =
        end < LITTLE
          ? 'the process may have too little address space (ulimit -v)'
          : 'take a smaller batch, patch or image';
      throw new BackendError(
        `the wasm backend needs ${formatBytes(end)} of memory and cannot have it (its limit is 4 GB): ${remedy}`,
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
