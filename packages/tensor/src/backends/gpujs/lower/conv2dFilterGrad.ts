import { windowsOf } from '../../../primitives/slidingWindow.ts';
import { sizeOf } from '../../../shape.ts';
import { type BufferPlace, type Dispatch, dispatch, type Lowering } from './dispatch.ts';
import { type Division, KERNEL, SHADER, type Shape4, surround, times } from './images.ts';
import { firstColumn, lanesOf, product } from './product.ts';
import { int, quotient, remainder, X, Y, Z } from './source.ts';

export const conv2dFilterGradLowering: Lowering<'conv2dFilterGrad'> = (
  [x, g],
  [y],
  { height, width, groups, ...rest },
  context,
) => {
  const [B, H, W, K] = g.shape as Shape4;
  const C = y.shape[2]!;
  const windows = windowsOf([height, width], { ...rest, inputDilation: [1, 1] });
  const [, across] = windows;
  const image = surround(x, g, windows, context);
  const lanes = lanesOf(K / groups, context);
  // Each thread: one channel at one place of the filter, over some rows of all images.
  const M = height * width * C;
  const piece = rowsPerPiece(B * H, (M * K) / lanes);
  const pieces = Math.ceil((B * H) / piece);
  const output = pieces === 1 ? y : context.scratch([pieces, M, K]);
  const { row, column } = image;
  const pixel = (top: string, j: string, first: string) =>
    `(${top} * ${image.width} + ${times(j, across.stride)} + ${first})`;
  const inAll = (division: Division, line: string, u: string) =>
    `${division.over(line, H)} * ${image.height} + ${row(division, division.rest(line, H), u).index}`;
  const place = quotient(Y, C);
  const [line, tap] = [`(z * ${piece} + u)`, `(row / ${C})`];
  const ownGroup = groups === 1 ? '' : ` + ${quotient(firstColumn(lanes), K / groups)} * ${C}`;
  const tiling = {
    rows: M,
    batch: pieces,
    turns: piece,
    left: `a[${pixel(`(${inAll(SHADER, line, `(${tap} / ${width})`)})`, 'k', column(SHADER, '0', `(${tap} % ${width})`).index)} * ${C} + row % ${C}]`,
    rowsSideBySide: true,
    right: `(${line} * ${W} + k) * ${K} + column`,
    test: `${line} < ${B * H}`,
  };
  const sums = product({
    ...{ a: image.place, b: g, output, batch: pieces, M, N: K, lanes, terms: W },
    left: (j) => `a[${pixel(int('top'), j, int('first'))} * ${C * groups}${ownGroup} + ${int('c')}]`,
    right: (j, column) => `(${int('r')} * ${W} + ${j}) * ${K} + ${column}`,
    tiling: groups === 1 ? tiling : undefined,
    before: [
      `const u = ${quotient(place, width)};`,
      `const v = ${remainder(place, width)};`,
      `const first = ${column(KERNEL, '0', int('v')).index};`,
      `const c = ${remainder(Y, C)};`,
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
  });
  return [...image.calls, sums, ...(pieces === 1 ? [] : [addPieces(output, y)])];
};

/** Enough threads to fill a GPU; more would only make more partial sums. */
const THREADS = 65_536;
const MOST_PIECES = 256;

function rowsPerPiece(rows: number, threads: number): number {
  const pieces = Math.min(MOST_PIECES, Math.max(1, Math.ceil(THREADS / threads)), rows);
  return Math.ceil(rows / pieces);
}

/** Sums the pieces of a filter's gradient. */
function addPieces(t: BufferPlace, y: BufferPlace): Dispatch {
  const n = sizeOf(y.shape);
  const K = y.shape.at(-1)!;
  const body = [
    'let sum = 0;',
    `for (let j = 0; j < ${t.shape[0]}; j++) {`,
    `sum += t[${int('j')} * ${n} + ${Y} * ${K} + ${X}];`,
    '}',
    'return sum;',
  ].join('\n');
  return dispatch({ t }, y, [K, n / K], body);
}
