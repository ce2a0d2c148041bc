import { type PerAxis, type SlidingWindow, windowsOf } from '../../primitives/slidingWindow.ts';
import type { Shape } from '../../shape.ts';
import { collectSums, type Kernels } from './kernel.ts';

export const conv2dKernels: Kernels<'conv2d' | 'conv2dFilterGrad'> = {
  conv2d([x, w, bias], [y], { groups, ...geometry }) {
    const [height, width, C, K] = w.shape as [number, number, number, number];
    collectSums(y, (sums) => {
      eachTap(x.shape, y.shape, windowsOf([height, width], geometry), (pixel, tap, at) => {
        for (let k = 0; k < K; k++) {
          const first = (pixel * groups + groupOf(k, K, groups)) * C;
          for (let c = 0; c < C; c++) {
            sums[at * K + k]! += x.data[first + c]! * w.data[(tap * C + c) * K + k]!;
          }
        }
      });
      if (bias) for (let at = 0; at < sums.length; at++) sums[at]! += bias.data[at % K]!;
    });
  },

  conv2dFilterGrad([x, g], [w], { groups, height, width, ...geometry }) {
    const [, , C, K] = w.shape as [number, number, number, number];
    const windows = windowsOf([height, width], { ...geometry, inputDilation: [1, 1] });
    collectSums(w, (sums) =>
      eachTap(x.shape, g.shape, windows, (pixel, tap, at) => {
        for (let k = 0; k < K; k++) {
          const first = (pixel * groups + groupOf(k, K, groups)) * C;
          for (let c = 0; c < C; c++) {
            sums[(tap * C + c) * K + k]! += x.data[first + c]! * g.data[at * K + k]!;
          }
        }
      }),
    );
  },
};

/** The group of output channel k. */
function groupOf(k: number, K: number, groups: number): number {
  return Math.floor(k / (K / groups));
}

/**
 * Calls `visit` for every output pixel and every tap of the filter that lies on a pixel of the image: with the flat
 * indices of the input pixel, of the tap, and of the output pixel.
 */
function eachTap(
  x: Shape,
  y: Shape,
  [rows, columns]: PerAxis<SlidingWindow>,
  visit: (pixel: number, tap: number, at: number) => void,
): void {
  const [, H, W] = x as [number, number, number, number];
  eachPixel(y, (b, i, j, at) => {
    for (let u = 0; u < rows.taps; u++) {
      for (let v = 0; v < columns.taps; v++) {
        const row = seen(i, u, rows);
        const column = seen(j, v, columns);
        if (!isWithin(row, H) || !isWithin(column, W)) continue;
        visit((b * H + row) * W + column, u * columns.taps + v, at);
      }
    }
  });
}

/** Which input a tap of an output lies on: none where the number is not whole. */
function seen(output: number, tap: number, window: SlidingWindow): number {
  return (output * window.stride + tap * window.dilation - window.before) / window.inputDilation;
}

function isWithin(index: number, size: number): boolean {
  return Number.isInteger(index) && index >= 0 && index < size;
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
