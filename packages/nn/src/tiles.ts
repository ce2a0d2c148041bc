import type { Rectangle } from '@nlrn/data';

/** A piece of an image: the pixels that are read, and those of them that are kept. Both in the image's pixels. */
export interface Tile {
  readonly read: Rectangle;
  readonly keep: Rectangle;
}

/**
 * Cuts an image into tiles of at most side x side pixels, all of one size, that overlap by 2 · margin or more.
 *
 * The kept parts cover each pixel once, and end at least `margin` pixels inside what is read, or at the image's
 * border. Throws as `checkTiling`.
 */
export function tilesOf(width: number, height: number, side: number, margin: number): Tile[] {
  checkTiling(side, margin);
  const columns = spansOf(width, side, margin);
  return spansOf(height, side, margin).flatMap((row) =>
    columns.map((column) => ({
      read: { x: column.start, y: row.start, width: column.size, height: row.size },
      keep: { x: column.from, y: row.from, width: column.to - column.from, height: row.to - row.from },
    })),
  );
}

/** Throws unless something of a tile is left between its margins: whole numbers, margin >= 0 and side > 2 · margin. */
export function checkTiling(side: number, margin: number): void {
  if (Number.isInteger(side) && Number.isInteger(margin) && margin >= 0 && side > 2 * margin) return;
  throw new RangeError(`tiles of ${side} pixels with margins of ${margin} on both sides keep nothing`);
}

/** What is read of an axis, `size` pixels from `start`, and what is kept of it: from `from` up to `to`. */
interface Span {
  readonly start: number;
  readonly size: number;
  readonly from: number;
  readonly to: number;
}

function spansOf(n: number, side: number, margin: number): Span[] {
  const size = Math.min(n, side);
  const count = n <= side ? 1 : Math.ceil((n - 2 * margin) / (side - 2 * margin));
  const starts = Array.from({ length: count }, (_, i) =>
    Math.floor((i * (n - size)) / Math.max(1, count - 1)),
  );
  // Neighbours are cut in the middle of what both have read.
  const cuts = starts.slice(1).map((start, i) => Math.floor((start + starts[i]! + size) / 2));
  return starts.map((start, i) => ({ start, size, from: i === 0 ? 0 : cuts[i - 1]!, to: cuts[i] ?? n }));
}
