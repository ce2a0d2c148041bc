import { matmulSizes } from '../../../primitives/matmul.ts';
import { sizeOf } from '../../../shape.ts';
import type { BufferPlace, Dispatch, LoweringContext, Lowerings } from './dispatch.ts';
import { transposed } from './expression.ts';
import { collect, product, type Rows, roundUp, rowIn, rowsOf, type Sizes } from './product.ts';
import { X, Z } from './source.ts';

export const matmulLowerings: Lowerings<'matmul'> = {
  matmul([a, b], [y], params, context) {
    const { batch, M, K, N } = matmulSizes(a.shape, b.shape, params);
    const { calls, rows } = multiply(a, b, { batch: sizeOf(batch), M, K, N, ...params }, context);
    return [...calls, collect(rows, y)];
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
