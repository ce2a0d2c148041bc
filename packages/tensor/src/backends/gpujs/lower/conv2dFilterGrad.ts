import { windowsOf } from '../../../primitives/slidingWindow.ts';
import { sizeOf } from '../../../shape.ts';
import { type BufferPlace, type Dispatch, dispatch, type Lowering } from './dispatch.ts';
import { type Division, KERNEL, SHADER, type Shape4, surround, times } from './images.ts';
import { indexIn, product, type Rows } from './product.ts';
import { int, quotient, remainder, X, Y, Z } from './source.ts';
import type { Tiling } from './tiled.ts';

export const conv2dFilterGradLowering: Lowering<'conv2dFilterGrad'> = (
  [x, g],
  [y],
  { height, width, groups, ...rest },
  context,
) => {
  const { lanes, scratch } = context;
  const [B, H, W, K] = g.shape as Shape4;
  const C = y.shape[2]!;
  const windows = windowsOf([height, width], { ...rest, inputDilation: [1, 1] });
  const [, across] = windows;
  const image = surround(x, g, windows, context);
  // Each thread: some channels, at one place of the filter, over some rows of all images.
  const runs = Math.ceil(C / lanes);
  const places = height * width;
  const piece = rowsPerPiece(B * H, places * runs * K);
  const pieces = Math.ceil((B * H) / piece);
  const partial: Rows = {
    place: scratch([pieces, places * runs, K, lanes]),
    batch: pieces,
    M: places * runs * lanes,
    N: K,
    lanes,
  };
  const { row, column } = image;
  const pixel = (top: string, j: string, first: string) =>
    `(${top} * ${image.width} + ${times(j, across.stride)} + ${first})`;
  const inAll = (division: Division, line: string, u: string) =>
    `${division.over(line, H)} * ${image.height} + ${row(division, division.rest(line, H), u).index}`;
  const place = quotient(Y, runs);
  const [line, tap] = [`(z * ${piece} + u)`, `(row / ${runs * lanes})`];
  const ownGroup = groups === 1 ? '' : ` + ${quotient(X, K / groups)} * ${C}`;
  const tiling: Omit<Tiling, 'terms'> = {
    rows: partial.M,
    columns: K,
    batch: pieces,
    turns: piece,
    left: `${pixel(`(${inAll(SHADER, line, `(${tap} / ${width})`)})`, 'k', column(SHADER, '0', `(${tap} % ${width})`).index)} * ${C} + row % ${runs * lanes}`,
    rowsSideBySide: true,
    right: `(${line} * ${W} + k) * ${K} + column`,
    test: `${line} < ${B * H}`,
  };
  const sums = product(
    { a: image.place, b: g! },
    partial,
    W,
    (lane, j) => `${pixel(int('top'), j, int('first'))} * ${C * groups}${ownGroup} + ${int('c')} + ${lane}`,
    (j) => `(${int('r')} * ${W} + ${j}) * ${K} + ${X}`,
    groups === 1 ? tiling : undefined,
    {
      before: [
        `const u = ${quotient(place, width)};`,
        `const v = ${remainder(place, width)};`,
        `const first = ${column(KERNEL, '0', int('v')).index};`,
        `const c = ${remainder(Y, runs)} * ${lanes};`,
      ].join('\n'),
      turns: (body) =>
        [
          `for (let i = 0; i < ${piece}; i++) {`,
          `const r = ${Z} * ${piece} + ${int('i')};`,
          `if (r < ${B * H}) {`,
          `const top = ${inAll(KERNEL, int('r'), int('u'))};`,
          body,
          '}\n}',
        ].join('\n'),
    },
  );
  return [...image.calls, sums, addPieces(partial, y, C)];
};

/** Enough threads to fill a GPU; more would only make more partial sums. */
const THREADS = 65_536;
const MOST_PIECES = 256;

function rowsPerPiece(rows: number, threads: number): number {
  const pieces = Math.min(MOST_PIECES, Math.max(1, Math.ceil(THREADS / threads)), rows);
  return Math.ceil(rows / pieces);
}

/** Sums the pieces of a filter's gradient: of [pieces, places · runs, K, lanes] to [places, C, K]. */
function addPieces(partial: Rows, y: BufferPlace, C: number): Dispatch {
  const { batch, N, lanes, place } = partial;
  const runs = Math.ceil(C / lanes);
  const at = `${quotient(Y, C)} * ${runs * lanes} + ${remainder(Y, C)}`;
  const body = [
    'let sum = 0;',
    `for (let j = 0; j < ${batch}; j++) {`,
    `sum += t[${indexIn(partial, [X, `(${at})`, int('j')])}];`,
    '}',
    'return sum;',
  ].join('\n');
  return dispatch({ t: place }, y, [N, sizeOf(y.shape) / N], body);
}
