import { matmulSizes } from '../../../primitives/matmul.ts';
import { sizeOf } from '../../../shape.ts';
import { call, elementAt, type Lowerings } from './call.ts';
import { wholeTiles } from './wholeTiles.ts';

export const matmulLowerings: Lowerings<'matmul'> = {
  matmul([a, b], [y], params, scratch) {
    const { batch, M, K, N } = matmulSizes(a.shape, b.shape, params);
    const [aRow, aStep] = params.transposeA ? ([1, M] as const) : ([K, 1] as const);
    const [kStride, nStride] = params.transposeB ? ([1, K] as const) : ([N, 1] as const);
    const sizes = { M, K, N, aRow, aStep };
    const packed = scratch.floats(wholeTiles(N) * K);
    return Array.from({ length: sizeOf(batch) }, (_, n) => [
      call('packPanels', { b: elementAt(b, n * K * N), packed, K, N, kStride, nStride }),
      call('matmul', { a: elementAt(a, n * M * K), packed, c: elementAt(y, n * M * N), ...sizes }),
    ]).flat();
  },
};
