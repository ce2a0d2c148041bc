import { matmulSizes } from '../../../primitives/matmul.ts';
import { sizeOf } from '../../../shape.ts';
import { call, type Lowerings } from './call.ts';
import { wholeTiles } from './wholeTiles.ts';

export const matmulLowerings: Lowerings<'matmul'> = {
  matmul([a, b], [y], params, scratch) {
    const { batch, M, K, N } = matmulSizes(a.shape, b.shape, params);
    const [aRow, aStep] = params.transposeA ? [1, M] : [K, 1];
    const [kStride, nStride] = params.transposeB ? [1, K] : [N, 1];
    const packed = scratch.floats(wholeTiles(N) * K);
    return Array.from({ length: sizeOf(batch) }, (_, n) => [
      call('PACK_PANELS', b.address + 4 * n * K * N, packed, K, N, kStride, nStride),
      call('MATMUL', a.address + 4 * n * M * K, packed, y.address + 4 * n * M * N, M, K, N, aRow, aStep),
    ]).flat();
  },
};
