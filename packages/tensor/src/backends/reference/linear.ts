import type { Conv2dFilterGradParams } from '../../primitives/conv2d.ts';
import { matmulSizes } from '../../primitives/matmul.ts';
import { type Shape, sizeOf } from '../../shape.ts';
import { collectSums, type Kernels } from './kernel.ts';

export const linearKernels: Kernels<'matmul' | 'conv2d' | 'conv2dFilterGrad'> = {
  matmul([a, b], [y], params) {
    const { batch, M, K, N } = matmulSizes(a!.shape, b!.shape, params);
    for (let n = 0; n < sizeOf(batch); n++) {
      for (let i = 0; i < M; i++) {
        for (let j = 0; j < N; j++) {
          let total = 0;
          for (let k = 0; k < K; k++) {
            const left = a!.data[n * M * K + (params.transposeA ? k * M + i : i * K + k)]!;
            const right = b!.data[n * K * N + (params.transposeB ? j * K + k : k * N + j)]!;
            total += left * right;
          }
          y!.data[(n * M + i) * N + j] = total;
        }
      }
    }
  },

  conv2d([x, w, bias], [y], { padding }) {
    const [height, width, C, K] = w!.shape as [number, number, number, number];
    collectSums(y!, (sums) => {
      eachTap(x!.shape, y!.shape, { padding, height, width }, (pixel, tap, at) => {
        for (let c = 0; c < C; c++) {
          for (let k = 0; k < K; k++) {
            sums[at * K + k]! += x!.data[pixel * C + c]! * w!.data[(tap * C + c) * K + k]!;
          }
        }
      });
      if (bias) for (let at = 0; at < sums.length; at++) sums[at]! += bias.data[at % K]!;
    });
  },

  conv2dFilterGrad([x, g], [y], params) {
    const [C, K] = [x!.shape[3]!, g!.shape[3]!];
    collectSums(y!, (sums) =>
      eachTap(x!.shape, g!.shape, params, (pixel, tap, at) => {
        for (let c = 0; c < C; c++) {
          for (let k = 0; k < K; k++) {
            sums[(tap * C + c) * K + k]! += x!.data[pixel * C + c]! * g!.data[at * K + k]!;
          }
        }
      }),
    );
  },
};

/**
 * Calls `visit` for every output pixel and every place of the filter that lies over the image: with the flat indices
 * of the input pixel, of the place, and of the output pixel.
 */
function eachTap(
  x: Shape,
  y: Shape,
  { padding, height, width }: Conv2dFilterGradParams,
  visit: (pixel: number, tap: number, at: number) => void,
): void {
  const [, H, W] = x as [number, number, number, number];
  eachPixel(y, (b, i, j, at) => {
    for (let u = 0; u < height; u++) {
      for (let v = 0; v < width; v++) {
        const row = i + u - padding[0];
        const column = j + v - padding[1];
        if (row < 0 || row >= H || column < 0 || column >= W) continue;
        visit((b * H + row) * W + column, u * width + v, at);
      }
    }
  });
}

/** Calls `visit` with image, row, column and flat index of every pixel of [B, H, W, …]. */
function eachPixel(
  shape: readonly number[],
  visit: (b: number, i: number, j: number, at: number) => void,
): void {
  const [B, H, W] = shape as [number, number, number];
  let at = 0;
  for (let b = 0; b < B; b++) for (let i = 0; i < H; i++) for (let j = 0; j < W; j++) visit(b, i, j, at++);
}
