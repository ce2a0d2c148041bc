import { windowsOf } from '../../../primitives/slidingWindow.ts';
import { sizeOf } from '../../../shape.ts';
import { partsFor } from './byHand/tiling.ts';
import { type BufferPlace, type Dispatch, dispatch, type Lowering } from './dispatch.ts';
import { type Division, KERNEL, SHADER, type Shape4, seenBy, times } from './images.ts';
import { firstColumn, perThreadOf, product } from './product.ts';
import { all, int, onlyIf, quotient, remainder, X, Y, Z } from './source.ts';

export const conv2dFilterGradLowering: Lowering<'conv2dFilterGrad'> = (
  [x, g],
  [y],
  { height, width, groups, ...rest },
  context,
) => {
  const [B, H, W, K] = g.shape as Shape4;
  const C = y.shape[2]!;
  const [down, across] = windowsOf([height, width], { ...rest, inputDilation: [1, 1] });
  const [, rows, columns] = x.shape as Shape4;
  const [rowSeen, columnSeen] = [seenBy(down, rows, H), seenBy(across, columns, W)];
  const perThread = perThreadOf(K / groups, context);
  // Each thread: one channel at one place of the filter, over some rows of all images.
  const M = height * width * C;
  const piece = rowsPerPiece(
    B * H,
    Math.max(THREADS / ((M * K) / perThread), groups === 1 ? partsFor(M, K) : 1),
  );
  const pieces = Math.ceil((B * H) / piece);
  const output = pieces === 1 ? y : context.scratch([pieces, M, K]);
  /** What is seen of a line of g, counted through all images, from its pixel j by tap (u, v) */
  const seen = (division: Division, line: string, j: string, [u, v]: readonly [string, string]) => {
    const row = rowSeen(division, division.rest(line, H), u);
    const column = columnSeen(division, '0', v, times(j, across.stride));
    const top = `(${division.over(line, H)} * ${rows} + ${row.index})`;
    return { row, column, pixel: `(${top} * ${columns} + ${column.index})` };
  };
  const place = quotient(Y, C);
  const own = (j: string) => seen(KERNEL, int('r'), j, [int('u'), int('v')]);
  const line = `(z * ${piece} + u)`;
  const isLine = pieces * piece === B * H ? undefined : `${line} < ${B * H}`;
  const inShader = seen(SHADER, line, 'k', ['tapDown', 'tapAcross']);
  const ownGroup = groups === 1 ? '' : ` + ${quotient(firstColumn(perThread), K / groups)} * ${C}`;
  const tiling = {
    rows: M,
    batch: pieces,
    turns: piece,
    left: {
      index: `${inShader.pixel} * ${C} + channel`,
      test: all([isLine, inShader.row.isInside, inShader.column.isInside]),
      parts: { channel: `row % ${C}`, tapDown: `row / ${width * C}`, tapAcross: `row / ${C} % ${width}` },
      inFours: C % 4 === 0,
    },
    rowsSideBySide: true,
    right: { index: `(${line} * ${W} + k) * ${K} + column`, test: isLine, inFours: true },
  };
  const sums = product({
    ...{ a: x, b: g, output, batch: pieces, M, N: K, perThread, terms: W },
    operations: 2 * B * H * W * M * K,
    left: (j) => `a[${own(j).pixel} * ${C * groups}${ownGroup} + ${int('c')}]`,
    isTerm: (j) => own(j).column.isInside,
    right: (j, column) => `(${int('r')} * ${W} + ${j}) * ${K} + ${column}`,
    tiling: groups === 1 ? tiling : undefined,
    before: [
      `const u = ${quotient(place, width)};`,
      `const v = ${remainder(place, width)};`,
      `const c = ${remainder(Y, C)};`,
    ].join('\n'),
    turns: (body) =>
      [
        `for (let i = 0; i < ${piece}; i++) {`,
        `const r = ${Z} * ${piece} + ${int('i')};`,
        onlyIf(all([`r < ${B * H}`, own('0').row.isInside]), body),
        '}',
      ].join('\n'),
  });
  return [sums, ...(pieces === 1 ? [] : [addPieces(output, y)])];
};

/** Enough threads to fill a GPU; more would only make more partial sums. */
const THREADS = 65_536;
const MOST_PIECES = 256;

function rowsPerPiece(rows: number, pieces: number): number {
  return Math.ceil(rows / Math.min(MOST_PIECES, Math.ceil(pieces), rows));
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
