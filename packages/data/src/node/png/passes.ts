import { type PngHeader, samplesOf } from './header.ts';

/** A part of the image that is stored by itself: every `stepX`-th pixel of every `stepY`-th row, from (x, y) on. */
export interface Pass {
  readonly x: number;
  readonly y: number;
  readonly stepX: number;
  readonly stepY: number;
  readonly columns: number;
  readonly rows: number;
  /** Without the byte in front that names the row's filter. */
  readonly rowBytes: number;
}

/** First column, first row, and steps between columns and rows of the passes of Adam7: Section 8.2. */
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** The passes of an image that are not empty, in their order in the file. */
export function passesOf(header: PngHeader): Pass[] {
  const { width, height, depth, interlaced } = header;
  const bits = samplesOf(header) * depth;
  const grid = interlaced ? ADAM7 : ([[0, 0, 1, 1]] as const);
  return grid
    .map(([x, y, stepX, stepY]) => {
      const columns = Math.max(0, Math.ceil((width - x) / stepX));
      const rows = Math.max(0, Math.ceil((height - y) / stepY));
      return { x, y, stepX, stepY, columns, rows, rowBytes: Math.ceil((columns * bits) / 8) };
    })
    .filter(({ columns, rows }) => columns > 0 && rows > 0);
}

/** Bytes of a pass, with the one in front of each row. */
export function bytesOf({ rows, rowBytes }: Pass): number {
  return rows * (1 + rowBytes);
}
