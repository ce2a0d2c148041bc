/** A block of memory that is needed from instruction `from` to instruction `to`, both included. */
export interface MemoryBlock {
  readonly bytes: number;
  readonly from: number;
  readonly to: number;
  /** In bytes; set by `placeBlocks` and `placeBuffers` */
  offset: number;
}

/** Every offset is a multiple of this many bytes: a cache line. */
export const ALIGNMENT = 64;

/**
 * Gives every block an offset so that no two that are alive together overlap; returns the arena's size in bytes.
 *
 * Largest first, each at the lowest offset that is free during its life. This is the greedy-by-size
 * heuristic of Pisarchyk and Lee 2020, "Efficient memory management for deep neural net inference".
 */
export function placeBlocks(blocks: readonly MemoryBlock[]): number {
  const placed: MemoryBlock[] = [];
  let peak = 0;
  for (const block of [...blocks].sort((a, b) => b.bytes - a.bytes || a.from - b.from)) {
    block.offset = lowestGap(block, placed);
    const position = placed.findIndex((other) => other.offset > block.offset);
    placed.splice(position < 0 ? placed.length : position, 0, block);
    peak = Math.max(peak, block.offset + block.bytes);
  }
  return align(peak);
}

/** The lowest offset at which `block` fits between the blocks that live at the same time (sorted by offset). */
function lowestGap(block: MemoryBlock, placed: readonly MemoryBlock[]): number {
  let offset = 0;
  for (const other of placed) {
    if (other.from > block.to || block.from > other.to) continue;
    if (offset + block.bytes <= other.offset) return offset;
    offset = Math.max(offset, align(other.offset + other.bytes));
  }
  return offset;
}

/**
 * As `placeBlocks`, with blocks that share all of their memory or none: those at one offset are one buffer, as
 * large as the largest of them.
 *
 * Largest first, each into the smallest buffer that is free during its life: "greedy by size for shared objects" of
 * the same paper.
 */
export function placeBuffers(blocks: readonly MemoryBlock[]): number {
  const buffers: MemoryBlock[][] = [];
  let end = 0;
  for (const block of [...blocks].sort((a, b) => b.bytes - a.bytes || a.from - b.from)) {
    // Buffers are listed in order of size, as blocks come in order of size.
    const free = buffers.findLast((others) => others.every((o) => o.from > block.to || block.from > o.to));
    block.offset = free ? free[0]!.offset : end;
    if (free) {
      free.push(block);
      continue;
    }
    buffers.push([block]);
    end = align(end + block.bytes);
  }
  return end;
}

function align(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}
