import type { Stored } from '../../elementType.ts';
import type { Shape } from '../../shape.ts';
import { collectSums, type Kernels } from './kernel.ts';

export const neighbourKernels: Kernels<'similarNeighbours' | 'gatherNeighbours' | 'scatterNeighbours'> = {
  similarNeighbours([x], [places], { window, patch, count }) {
    const centre = (window ** 2 - 1) / 2;
    forPixels(places.shape, (image, row, column, pixel) => {
      const candidates: { place: number; distance: number }[] = [];
      for (let place = 0; place < window ** 2; place++) {
        const other = neighbour(places.shape, row, column, place, window);
        if (place === centre || !other) continue;
        candidates.push({ place, distance: patchDistance(x, image, [row, column], other, patch) });
      }
      candidates.sort((a, b) => a.distance - b.distance || a.place - b.place);
      const found = [centre, ...candidates.map(({ place }) => place)].slice(0, count);
      places.data.set(found, pixel * count);
    });
  },

  gatherNeighbours([x, places], [y], { window }) {
    forNeighbours(x.shape, places, window, (from, to, C) => {
      for (let c = 0; c < C; c++) y.data[from * C + c] = to === undefined ? 0 : x.data[to * C + c]!;
    });
  },

  scatterNeighbours([x, places], [y], { window }) {
    collectSums(y, (sums) =>
      forNeighbours(x.shape, places, window, (from, to, C) => {
        if (to === undefined) return;
        for (let c = 0; c < C; c++) sums[to * C + c]! += x.data[from * C + c]!;
      }),
    );
  },
};

function forPixels(
  [B, H, W]: Shape,
  work: (image: number, row: number, column: number, pixel: number) => void,
): void {
  for (let pixel = 0; pixel < B! * H! * W!; pixel++) {
    work(Math.floor(pixel / (H! * W!)), Math.floor(pixel / W!) % H!, pixel % W!, pixel);
  }
}

/** Every pixel's number and that of its neighbour, undefined outside the image. */
function forNeighbours(
  shape: Shape,
  places: Stored,
  window: number,
  work: (from: number, to: number | undefined, C: number) => void,
): void {
  const [, H, W, C] = shape as [number, number, number, number];
  forPixels(shape, (image, row, column, pixel) => {
    const other = neighbour(shape, row, column, places.data[pixel]!, window);
    work(pixel, other && (image * H + other[0]) * W + other[1], C);
  });
}

/** Row and column of the pixel at a place of a window; undefined outside the image. */
function neighbour(
  [, H, W]: Shape,
  row: number,
  column: number,
  place: number,
  window: number,
): [number, number] | undefined {
  const radius = (window - 1) / 2;
  const [y, x] = [row + Math.floor(place / window) - radius, column + (place % window) - radius];
  return y >= 0 && y < H! && x >= 0 && x < W! ? [y, x] : undefined;
}

/** The sum of squared differences between two patches of an image, each named by its first pixel; infinite if it is no number. */
function patchDistance(
  { shape, data }: Stored,
  image: number,
  a: readonly [number, number],
  b: readonly [number, number],
  patch: number,
): number {
  const [, height, width, C] = shape as [number, number, number, number];
  let total = 0;
  for (let u = 0; u < patch; u++) {
    const [first, second] = [a, b].map(([y, x]) => ((image * height + y + u) * width + x) * C) as [
      number,
      number,
    ];
    for (let i = 0; i < patch * C; i++) total += (data[first + i]! - data[second + i]!) ** 2;
  }
  return Number.isNaN(total) ? Infinity : total;
}
