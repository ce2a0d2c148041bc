import { matmulSizes } from '../../primitives/matmul.ts';
import { sizeOf } from '../../shape.ts';
import type { Kernels } from './kernel.ts';

export const matmulKernels: Kernels<'matmul'> = {
  matmul([a, b], [y], params) {
    const { batch, M, K, N } = matmulSizes(a.shape, b.shape, params);
    for (let n = 0; n < sizeOf(batch); n++) {
      for (let i = 0; i < M; i++) {
        for (let j = 0; j < N; j++) {
          let total = 0;
          for (let k = 0; k < K; k++) {
            const left = a.data[n * M * K + (params.transposeA ? k * M + i : i * K + k)]!;
            const right = b.data[n * K * N + (params.transposeB ? j * K + k : k * N + j)]!;
            total += left * right;
          }
          y.data[(n * M + i) * N + j] = total;
        }
      }
    }
  },
};
