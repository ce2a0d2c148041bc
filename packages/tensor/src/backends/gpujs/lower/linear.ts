import { matmulSizes } from '../../../primitives/matmul.ts';
import { sizeOf } from '../../../shape.ts';
import {
  type BufferPlace,
  type Dispatch,
  dispatch,
  type LoweringContext,
  type Lowerings,
} from './dispatch.ts';
import { padded, transposed } from './expression.ts';
import { collect, indexIn, product, type Rows, rowIn, rowsOf, type Sizes } from './product.ts';
import { int, quotient, remainder, X, Y, Z } from './source.ts';

type Shape4 = readonly [number, number, number, number];

export const linearLowerings: Lowerings<'matmul' | 'conv2d' | 'conv2dFilterGrad'> = {
  matmul([a, b], [y], params, context) {
    const { batch, M, K, N } = matmulSizes(a!.shape, b!.shape, params);
    const { calls, rows } = multiply(a!, b!, { batch: sizeOf(batch), M, K, N, ...params }, context);
    return [...calls, collect(rows, y!)];
  },

  conv2d([x, w, bias], [y], { padding }, context) {
    const [height, width, C, K] = w!.shape as Shape4;
    const [B, H, W] = y!.shape as Shape4;
    const image = surround(x!, padding, context);
    // A batch of products: for each row of the output, its pixels by the pixels of one row of the filter, row after row.
    const rows = rowsOf({ batch: B * H, M: W, N: K }, context);
    const run = width * C;
    const rowsOfLine = roundUp(W, 4);
    const line = `(row / ${rowsOfLine})`;
    const top = `(${Z} + ${quotient(Z, H)} * ${height - 1} + ${int('u')}) * ${image.width}`;
    const convolve = product(
      { a: image.place, b: w! },
      rows,
      run,
      (lane, k) => `(${top} + ${rowIn(rows.lanes, lane)}) * ${C} + ${k}`,
      (k) => `(${int('u')} * ${run} + ${k}) * ${K} + ${X}`,
      {
        // The rows of all matrices are one matrix's: the filters are the same.
        rows: B * H * rowsOfLine,
        columns: K,
        batch: 1,
        turns: height,
        left: `((${line} + ${line} / ${H} * ${height - 1} + u) * ${image.width} + row % ${rowsOfLine}) * ${C} + k`,
        rowsSideBySide: false,
        right: `(u * ${run} + k) * ${K} + column`,
      },
      { turns: (body) => `for (let u = 0; u < ${height}; u++) {\n${body}\n}` },
    );
    const withBias = bias ? collect(rows, y!, (t) => `${t} + bias[${X}]`, { bias }) : collect(rows, y!);
    return [...image.calls, convolve, withBias];
  },

  conv2dFilterGrad([x, g], [y], { padding, height, width }, context) {
    const { lanes, scratch } = context;
    const [B, H, W, K] = g!.shape as Shape4;
    const C = x!.shape[3]!;
    const image = surround(x!, padding, context);
    // Each thread: some channels, at one place of the filter, over some rows of all images.
    const groups = Math.ceil(C / lanes);
    const places = height * width;
    const piece = rowsPerPiece(B * H, places * groups * K);
    const pieces = Math.ceil((B * H) / piece);
    const partial: Rows = {
      place: scratch([pieces, places * groups, K, lanes]),
      batch: pieces,
      M: places * groups * lanes,
      N: K,
      lanes,
    };
    const place = quotient(Y, groups);
    const [line, tap] = [`(z * ${piece} + u)`, `(row / ${groups * lanes})`];
    const sums = product(
      { a: image.place, b: g! },
      partial,
      W,
      (lane, j) => `(${int('top')} + ${int('v')} + ${j}) * ${C} + ${int('c')} + ${lane}`,
      (j) => `(${int('r')} * ${W} + ${j}) * ${K} + ${X}`,
      {
        rows: partial.M,
        columns: K,
        batch: pieces,
        turns: piece,
        left: `((${line} + ${line} / ${H} * ${height - 1} + ${tap} / ${width}) * ${image.width} + ${tap} % ${width} + k) * ${C} + row % ${groups * lanes}`,
        rowsSideBySide: true,
        right: `(${line} * ${W} + k) * ${K} + column`,
        test: `${line} < ${B * H}`,
      },
      {
        before: [
          `const u = ${quotient(place, width)};`,
          `const v = ${remainder(place, width)};`,
          `const c = ${remainder(Y, groups)} * ${lanes};`,
        ].join('\n'),
        turns: (body) =>
          [
            `for (let i = 0; i < ${piece}; i++) {`,
            `const r = ${Z} * ${piece} + ${int('i')};`,
            `if (r < ${B * H}) {`,
            `const top = (${int('r')} + ${quotient(int('r'), H)} * ${height - 1} + ${int('u')}) * ${image.width};`,
            body,
            '}\n}',
          ].join('\n'),
      },
    );
    return [...image.calls, sums, addPieces(partial, y!, C)];
  },
};

/** A product of matrices, not yet in row-major order. */
export function multiply(
  a: BufferPlace,
  b: BufferPlace,
  { transposeA, transposeB, ...sizes }: Sizes & { transposeA: boolean; transposeB: boolean },
  context: LoweringContext,
): { calls: Dispatch[]; rows: Rows } {
  const { batch, M, K, N } = sizes;
  // Columns of b must lie side by side, as the threads that read them do.
  const columns = transposeB ? context.scratch([batch, K, N]) : b;
  const turn = transposeB ? [transposed({ ...b, shape: [batch, N, K] }, columns, [0, 2, 1])] : [];
  const rows = rowsOf(sizes, context);
  const left = transposeA
    ? (lane: number, k: string) => `(${Z} * ${K} + ${k}) * ${M} + ${rowIn(rows.lanes, lane)}`
    : (lane: number, k: string) => `(${Z} * ${M} + ${rowIn(rows.lanes, lane)}) * ${K} + ${k}`;
  const right = (k: string) => `(${Z} * ${K} + ${k}) * ${N} + ${X}`;
  const tiling = {
    rows: roundUp(M, 4),
    columns: N,
    batch,
    turns: 1,
    left: transposeA ? `(z * ${K} + k) * ${M} + row` : `(z * ${M} + row) * ${K} + k`,
    rowsSideBySide: transposeA,
    right: `(z * ${K} + k) * ${N} + column`,
  };
  return { calls: [...turn, product({ a, b: columns }, rows, K, left, right, tiling)], rows };
}

/** An image with its zero padding written out, so that kernels need not ask where the border is. */
function surround(
  x: BufferPlace,
  padding: readonly [number, number],
  { scratch }: LoweringContext,
): { place: BufferPlace; width: number; calls: Dispatch[] } {
  const [B, H, W, C] = x.shape as Shape4;
  const [top, left] = padding;
  if (top === 0 && left === 0) return { place: x, width: W, calls: [] };
  const place = scratch([B, H + 2 * top, W + 2 * left, C]);
  return { place, width: W + 2 * left, calls: [padded(x, place, [0, top, left, 0])] };
}

/** Enough threads to fill a GPU; more would only make more partial sums. */
const THREADS = 65_536;
const MOST_PIECES = 256;

function rowsPerPiece(rows: number, threads: number): number {
  const pieces = Math.min(MOST_PIECES, Math.max(1, Math.ceil(THREADS / threads)), rows);
  return Math.ceil(rows / pieces);
}

/** Sums the pieces of a filter's gradient: of [pieces, places · groups, K, lanes] to [places, C, K]. */
function addPieces(partial: Rows, y: BufferPlace, C: number): Dispatch {
  const { batch, N, lanes, place } = partial;
  const groups = Math.ceil(C / lanes);
  const at = `${quotient(Y, C)} * ${groups * lanes} + ${remainder(Y, C)}`;
  const body = [
    'let sum = 0;',
    `for (let j = 0; j < ${batch}; j++) {`,
    `sum += t[${indexIn(partial, [X, `(${at})`, int('j')])}];`,
    '}',
    'return sum;',
  ].join('\n');
  return dispatch({ t: place }, y, [N, sizeOf(y.shape) / N], body);
}

function roundUp(n: number, multiple: number): number {
  return Math.ceil(n / multiple) * multiple;
}
