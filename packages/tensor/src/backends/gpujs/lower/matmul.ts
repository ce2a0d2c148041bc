import { matmulSizes } from '../../../primitives/matmul.ts';
import { sizeOf } from '../../../shape.ts';
import type { BufferPlace, Dispatch, LoweringContext, Lowerings } from './dispatch.ts';
import { transposed } from './expression.ts';
import { type Finish, PLAIN, type Prologue, perThreadOf, product, type Sizes } from './product.ts';
import { Y, Z } from './source.ts';

export const matmulLowerings: Lowerings<'matmul'> = {
  matmul([a, b], [y], params, context) {
    const { batch, M, K, N } = matmulSizes(a.shape, b.shape, params);
    return multiply(a, b, y, { batch: sizeOf(batch), M, K, N, ...params }, context);
  },
};

/** A product of matrices, and what becomes of its elements. */
export function multiply(
  a: BufferPlace,
  b: BufferPlace,
  output: BufferPlace,
  { transposeA, transposeB, ...sizes }: Sizes & { transposeA: boolean; transposeB: boolean },
  context: LoweringContext,
  { prologue = PLAIN, finish }: { prologue?: Prologue; finish?: Finish } = {},
): Dispatch[] {
  const { batch, M, K, N } = sizes;
  // Columns of b must lie side by side, as the threads that read them do.
  const columns = transposeB ? context.scratch([batch, K, N]) : b;
  const turn = transposeB ? [transposed({ ...b, shape: [batch, N, K] }, columns, [0, 2, 1])] : [];
  /** A row of a as it lies, and the index of an element in it. */
  const element = (z: string, row: string, k: string) => {
    const [own, length, at] = transposeA
      ? [`(${z} * ${K} + ${k})`, M, row]
      : [`(${z} * ${M} + ${row})`, K, k];
    return { own, index: `${own} * ${length} + ${at}` };
  };
  const left = (k: string) => {
    const { own, index } = element(Z, Y, k);
    return prologue.formula(`a[${index}]`, own);
  };
  const inShader = element('z', 'row', 'k');
  const isPlain = prologue === PLAIN;
  const tiling = {
    rows: M,
    batch,
    turns: 1,
    left: {
      index: inShader.index,
      value: (t: string) => prologue.formula(t, inShader.own),
      inFours: isPlain && (transposeA ? M : K) % 4 === 0,
    },
    rowsSideBySide: transposeA,
    right: { index: `(z * ${K} + k) * ${N} + column`, inFours: true },
  };
  const right = (k: string, column: string) => `(${Z} * ${K} + ${k}) * ${N} + ${column}`;
  const perThread = perThreadOf(N, context);
  return [
    ...turn,
    product({
      ...{ a, b: columns, output, batch, M, N, perThread, terms: K, left, right, tiling, finish },
      operations: 2 * batch * M * N * K,
      beside: prologue.inputs,
    }),
  ];
}
