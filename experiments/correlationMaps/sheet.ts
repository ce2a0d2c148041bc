import { createImage, type Image, pasteImage } from '@nlrn/data';
import type { Pixel } from '@nlrn/nlrn';

/** One row of the figure: a pixel's neighbourhood, noisy and true, and its weights in each state. */
export interface SheetRow {
  readonly noisy: Image;
  readonly truth: Image;
  readonly pixel: Pixel;
  /** For each state q² weights */
  readonly maps: readonly (readonly number[])[];
}

/** Sides of a neighbourhood on the sheet, and the space between two, in pixels. */
const SIDE = 120;
const GAP = 8;

/** The chosen pixel is marked in this colour. */
const MARK = [1, 0.2, 0.1] as const;

/** A picture of one neighbourhood: q x q cells, each a colour. */
type Cell = (x: number, y: number) => readonly [number, number, number];

/** The pictures of a row: the noisy and the true neighbourhood, and the weights of each state. */
export function picturesOf({ noisy, truth, pixel, maps }: SheetRow): Image[] {
  const q = Math.sqrt(maps[0]!.length);
  const r = (q - 1) / 2;
  const isCentre = (x: number, y: number) => x === r && y === r;
  const patch =
    (image: Image, isMarked: boolean): Cell =>
    (x, y) => {
      if (isMarked && isCentre(x, y)) return MARK;
      const value = image.data[(pixel.y - r + y) * image.width + pixel.x - r + x]!;
      return [value, value, value];
    };
  const weights = (map: readonly number[]): Cell => {
    const largest = Math.max(...map);
    return (x, y) => {
      const value = Math.sqrt(map[y * q + x]! / largest);
      return [value, value, value];
    };
  };
  return [patch(noisy, false), patch(truth, true), ...maps.map(weights)].map((cell) => enlarged(cell, q));
}

/** SIDE x SIDE pixels. */
function enlarged(cell: Cell, q: number): Image {
  const image = createImage(SIDE, SIDE, 3);
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      image.data.set(cell(Math.floor((x * q) / SIDE), Math.floor((y * q) / SIDE)), 3 * (y * SIDE + x));
    }
  }
  return image;
}

/** All rows below each other, as one picture on white. */
export function sheetOf(rows: readonly (readonly Image[])[]): Image {
  const columns = Math.max(...rows.map((row) => row.length));
  const [width, height] = [columns, rows.length].map((count) => count * (SIDE + GAP) + GAP) as [
    number,
    number,
  ];
  const sheet = createImage(width, height, 3);
  sheet.data.fill(1);
  for (const [j, row] of rows.entries()) {
    for (const [i, picture] of row.entries()) pasteImage(picture, sheet, { x: leftOf(i), y: leftOf(j) });
  }
  return sheet;
}

function leftOf(number: number): number {
  return GAP + number * (SIDE + GAP);
}

/** Room for the headings of columns and the names of rows, in the sheet's pixels. */
const [HEADINGS, NAMES] = [24, 120];

/** The sheet with headings, as an SVG document; `address` makes a picture's `data:` address. */
export function drawSheet(
  rows: readonly { readonly label: string; readonly pictures: readonly Image[] }[],
  headings: readonly string[],
  address: (picture: Image) => string,
): string {
  const width = NAMES + leftOf(headings.length);
  const height = HEADINGS + leftOf(rows.length);
  const text = (x: number, y: number, anchor: string, words: string) =>
    `<text x="${x}" y="${y}" text-anchor="${anchor}">${words.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</text>`;
  const body = [
    ...headings.map((heading, i) => text(NAMES + leftOf(i) + SIDE / 2, HEADINGS - 6, 'middle', heading)),
    ...rows.flatMap(({ label, pictures }, j) => [
      text(NAMES - 4, HEADINGS + leftOf(j) + SIDE / 2, 'end', label),
      ...pictures.map(
        (picture, i) =>
          `<image x="${NAMES + leftOf(i)}" y="${HEADINGS + leftOf(j)}" width="${SIDE}" height="${SIDE}" href="${address(picture)}"/>`,
      ),
    ]),
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="Correlation maps" font-family="system-ui, sans-serif" font-size="13">`,
    `<rect width="${width}" height="${height}" fill="white"/>`,
    ...body,
    '</svg>\n',
  ].join('\n');
}
