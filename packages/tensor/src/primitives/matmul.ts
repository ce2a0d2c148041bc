import { expect, formatShape, type Shape, sameShape } from '../shape.ts';
import { apply1, type Primitive, type Tensor } from '../tensor.ts';

export type MatmulParams = { transposeA: boolean; transposeB: boolean };

/** Batch axes, rows, inner and columns of a product. */
export function matmulSizes(a: Shape, b: Shape, { transposeA, transposeB }: MatmulParams) {
  const [aRows, aColumns] = transposeA ? [a.at(-1)!, a.at(-2)!] : [a.at(-2)!, a.at(-1)!];
  const [bRows, bColumns] = transposeB ? [b.at(-1)!, b.at(-2)!] : [b.at(-2)!, b.at(-1)!];
  return { batch: a.slice(0, -2), M: aRows, K: aColumns, bRows, N: bColumns };
}

export const matmulPrimitive: Primitive<
  'matmul',
  readonly [a: Shape, b: Shape],
  readonly [y: Shape],
  MatmulParams
> = {
  name: 'matmul',
  shapes([a, b], params) {
    const given = `${formatShape(a)}${params.transposeA ? 'ᵀ' : ''} and ${formatShape(b)}${params.transposeB ? 'ᵀ' : ''}`;
    expect(a.length >= 2 && b.length >= 2, 'matmul', `needs two matrices, was given ${given}`);
    const { batch, M, K, bRows, N } = matmulSizes(a, b, params);
    expect(sameShape(batch, b.slice(0, -2)), 'matmul', `batch axes of ${given} must be equal`);
    expect(K === bRows, 'matmul', `${given}: ${K} columns on the left must equal ${bRows} rows on the right`);
    return [[...batch, M, N]];
  },
};

/**
 * Matrix product over the last two axes; leading axes are a batch and must be equal.
 *
 *   a [..., M, K], b [..., K, N]  ->  [..., M, N]
 *
 * With `transposeA` a is [..., K, M], with `transposeB` b is [..., N, K]. Throws `ShapeError`.
 */
export function matmul(a: Tensor, b: Tensor, params: Partial<MatmulParams> = {}): Tensor {
  return apply1(matmulPrimitive, [a, b], { transposeA: false, transposeB: false, ...params });
}
