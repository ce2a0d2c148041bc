import { createImage, cropImage, type Image, pasteImage, type Rectangle } from './image.ts';

/** A piece of an image: the pixels that are read, and those of them that are kept. Both in the image's pixels. */
export interface Tile {
  readonly read: Rectangle;
  readonly keep: Rectangle;
}

/** How an image is cut into tiles. */
export interface Tiling {
  /** Most pixels of a tile along rows and along columns */
  readonly side: number;
  /** Pixels at a tile's border that are read and not kept, but for those at the image's border */
  readonly margin: number;
  /** Tiles begin at multiples of this, 1 by default: the step of a grid that is to be the same in all of them */
  readonly align?: number;
  /** How many times as long as a tile's the sides of what is made of it are, 1 by default */
  readonly enlarges?: number;
}

/** Told the share of some work that is done, 0 to 1, again and again; what it throws ends the work. */
export type OnProgress = (share: number) => void;

/**
 * Cuts an image into tiles that overlap by 2 · margin or more.
 *
 * The kept parts cover each pixel once, and end at least `margin` pixels inside what is read, or at the image's
 * border. They are as few and then as small as can be, and have one size but the last of a row or column, with up to align - 1
 * pixels more. Throws as `checkTiling`.
 */
export function tilesOf(width: number, height: number, tiling: Tiling): Tile[] {
  checkTiling(tiling);
  const columns = spansOf(width, tiling);
  return spansOf(height, tiling).flatMap((row) =>
    columns.map((column) => ({
      read: { x: column.start, y: row.start, width: column.size, height: row.size },
      keep: { x: column.from, y: row.from, width: column.to - column.from, height: row.to - row.from },
    })),
  );
}

/** Throws unless something of a tile is left between its margins: whole numbers, margin >= 0, side >= 2 · margin + align. */
export function checkTiling(tiling: Tiling): void {
  const { side, margin } = tiling;
  if (Number.isInteger(side) && Number.isInteger(margin) && margin >= 0 && strideOf(tiling) > 0) return;
  throw new RangeError(`tiles of ${side} pixels with margins of ${margin} on both sides keep nothing`);
}

/** Restores an image tile by tile: [H, W, C] -> [H, W, C] of each, and of all, or n times as large in each direction. */
export async function inTiles(
  image: Image,
  tiling: Tiling,
  restore: (tile: Image, onProgress: OnProgress) => Promise<Image>,
  onProgress?: OnProgress,
): Promise<Image> {
  const tiles = tilesOf(image.width, image.height, tiling);
  const { enlarges = 1 } = tiling;
  const restored = createImage(enlarges * image.width, enlarges * image.height, image.channels);
  for (const [i, { read, keep }] of tiles.entries()) {
    const tile = await restore(cropImage(image, read), pieceOf(i, tiles.length, onProgress));
    const kept = { ...keep, x: keep.x - read.x, y: keep.y - read.y };
    pasteImage(cropImage(tile, times(kept, enlarges)), restored, times(keep, enlarges));
  }
  return restored;
}

function times({ x, y, width, height }: Rectangle, n: number): Rectangle {
  return { x: n * x, y: n * y, width: n * width, height: n * height };
}

/** Progress of one of several equal pieces, of which so many are done, as that of the whole. */
export function pieceOf(done: number, pieces: number, onProgress?: OnProgress): OnProgress {
  return (share) => onProgress?.((done + share) / pieces);
}

/** What is read of an axis, `size` pixels from `start`, and what is kept of it: from `from` up to `to`. */
interface Span {
  readonly start: number;
  readonly size: number;
  readonly from: number;
  readonly to: number;
}

/** Most pixels from where a tile begins to where the next one does. */
function strideOf({ side, margin, align = 1 }: Tiling): number {
  return floorTo(align, side - 2 * margin);
}

/** As few tiles as cover n pixels; one of them may have up to align - 1 pixels more than the side. */
function countOf(n: number, tiling: Tiling): number {
  const { side, align = 1 } = tiling;
  return 1 + Math.ceil(floorTo(align, Math.max(0, n - side)) / strideOf(tiling));
}

function spansOf(n: number, tiling: Tiling): Span[] {
  const { side, margin, align = 1 } = tiling;
  const count = countOf(n, tiling);
  const size = count === 1 ? n : Math.min(side, Math.ceil((n - 2 * margin) / count) + 2 * margin + align - 1);
  const last = floorTo(align, n - size);
  const starts = Array.from({ length: count }, (_, i) => floorTo(align, (i * last) / Math.max(1, count - 1)));
  const ends = starts.map((start, i) => (i === count - 1 ? n : start + size));
  // Neighbours are cut in the middle of what both have read.
  const cuts = starts.slice(1).map((start, i) => Math.floor((start + ends[i]!) / 2));
  return starts.map((start, i) => ({
    start,
    size: ends[i]! - start,
    from: i === 0 ? 0 : cuts[i - 1]!,
    to: cuts[i] ?? n,
  }));
}

function floorTo(multiple: number, value: number): number {
  return multiple * Math.floor(value / multiple);
}
