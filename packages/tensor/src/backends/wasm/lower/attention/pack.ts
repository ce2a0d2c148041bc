import { type Call, call, type Located, type Scratch } from '../call.ts';
import { wholeTiles } from '../wholeTiles.ts';

/** Pieces of work in the gradient, whatever the number of threads: each has its own sums. */
const LEAST_GROUPS = 4;

/** How many pieces an image is cut into. */
export function groupsFor(images: number): number {
  return Math.max(1, Math.ceil(LEAST_GROUPS / images));
}

/** An image [B, H, W, C] with its border of r pixels written out: see kernels/attention/pack.ts. */
export interface Packing {
  readonly B: number;
  readonly H: number;
  readonly W: number;
  readonly r: number;
  /** Packed rows of an image, and columns of a row. */
  readonly rows: number;
  readonly columns: number;
}

/** Pixels in panels of 16 channels: where they lie, and the call that puts them there. */
export function packPixels(x: Located, C: number, packing: Packing, scratch: Scratch): [number, Call] {
  const { B, rows, columns } = packing;
  const to = scratch.floats(B * rows * columns * wholeTiles(C));
  return [to, call('packPixels', { x, to, ...packing, C })];
}

/** Channel by channel, in panels of `panel` columns. */
export function packChannels(
  x: Located,
  C: number,
  packing: Packing & { readonly panel: number },
  scratch: Scratch,
): [number, Call] {
  const { B, rows, columns, panel } = packing;
  const to = scratch.floats(B * rows * columns * C);
  return [to, call('packChannels', { x, to, ...packing, C, width: panel })];
}

/** Sums for packed pixels of C channels, in `groups` sets of `columns` columns, of which set k begins with column k `step`. */
export interface Sums {
  readonly address: number;
  /** Numbers of a set. */
  readonly each: number;
  /** Sets them to zero. */
  readonly clear: Call;
  /** Adds up what belongs to a pixel: [B, H, W, C]. */
  fold(to: Located): Call;
}

export function sumsOf(
  C: number,
  { B, H, W, r, rows }: Packing,
  { groups, columns, step }: { groups: number; columns: number; step: number },
  scratch: Scratch,
): Sums {
  const each = B * rows * columns * wholeTiles(C);
  const address = scratch.floats(groups * each);
  return {
    address,
    each,
    clear: call('fill', { y: address, n: groups * each, value: 0 }),
    fold: (y) => call('foldPixels', { from: address, y, B, H, W, C, r, rows, columns, groups, step }),
  };
}
