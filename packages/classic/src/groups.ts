import { sharedInts } from './plane.ts';

/** Rows of references that are worked on together: what threads share out among themselves. */
const BAND = 8;

/** The groups of similar blocks, a group for each reference block, in memory that worker threads see. */
export interface Groups {
  /** Side of a block in pixels */
  readonly block: number;
  /** Blocks of a group are at most so far from its reference, along rows and along columns. */
  readonly search: number;
  /** Most blocks of a group, the reference included */
  readonly size: number;
  /** References stand where one of these rows and one of these columns cross: their top left pixels. */
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  /** `[rows, columns, size]`: top left pixels (row · width + column) of a group's blocks, the reference first, then the nearest. */
  readonly places: Int32Array;
  /** `[rows, columns]`: how many blocks a group has. */
  readonly counts: Int32Array;
}

export interface GroupOptions {
  readonly block: number;
  readonly search: number;
  readonly size: number;
  /** Distance of references along rows and columns */
  readonly step: number;
}

/** Room for the groups of an image; `match` of `blockMatching.ts` finds them. */
export function createGroups(
  { width, height }: { width: number; height: number },
  { block, search, size, step }: GroupOptions,
): Groups {
  const rows = referencePlaces(height - block, step);
  const columns = referencePlaces(width - block, step);
  const references = rows.length * columns.length;
  const [places, counts] = [sharedInts(references * size), sharedInts(references)];
  return { block, search, size, rows, columns, places, counts };
}

/** 0, step, 2 step, … and `last`, so that all pixels are covered. */
export function referencePlaces(last: number, step: number): number[] {
  const places = Array.from({ length: Math.floor(last / step) + 1 }, (_, i) => i * step);
  return places.at(-1) === last ? places : [...places, last];
}

export function bandCount({ rows }: Pick<Groups, 'rows'>): number {
  return Math.ceil(rows.length / BAND);
}

/** How many bands the groups of an image of so many rows have. */
export function bandsOf(height: number, { block, step }: Pick<GroupOptions, 'block' | 'step'>): number {
  return bandCount({ rows: referencePlaces(height - block, step) });
}

/** Rows of pixels that the references of a band stand in. */
export function bandHeight(step: number): number {
  return BAND * step;
}

/** The rows of references of a band, as indices of `rows`: from, and the one after the last. */
export function rowsOfBand({ rows }: Groups, band: number): { from: number; to: number } {
  return { from: band * BAND, to: Math.min((band + 1) * BAND, rows.length) };
}

/** The rows of pixels that the groups of a band may touch: from, and the one after the last. */
export function pixelRowsOfBand(groups: Groups, band: number, height: number): { from: number; to: number } {
  const { rows, search, block } = groups;
  const { from, to } = rowsOfBand(groups, band);
  return {
    from: Math.max(0, rows[from]! - search),
    to: Math.min(height, rows[to - 1]! + search + block),
  };
}
