import { expect, formatShape, type Shape } from '../shape.ts';
import { apply1, type Primitive, type Tensor } from '../tensor.ts';

/** Side of the square window around each pixel: odd. */
export type WindowParams = { readonly window: number };

/** Which neighbours of a pixel are looked for, and by what. */
export type SimilarParams = WindowParams & {
  /** Side of the patches that are compared */
  readonly patch: number;
  /** Neighbours that are wanted, the pixel itself among them */
  readonly count: number;
};

export const similarNeighboursPrimitive: Primitive<
  'similarNeighbours',
  readonly [x: Shape],
  readonly [places: Shape],
  SimilarParams
> = {
  name: 'similarNeighbours',
  shapes([x], { window, patch, count }) {
    checkWindow('similarNeighbours', window);
    expect(
      x.length === 4,
      'similarNeighbours',
      `x must be [B, H + P - 1, W + P - 1, C], is ${formatShape(x)}`,
    );
    const [B, height, width] = x as [number, number, number, number];
    const [H, W] = [height - patch + 1, width - patch + 1];
    expect(
      Number.isInteger(patch) && patch >= 1 && H >= 1 && W >= 1,
      'similarNeighbours',
      `x ${formatShape(x)} holds no patch of ${patch} x ${patch} pixels`,
    );
    // In a corner there are the fewest.
    const there = Math.min(H, (window + 1) / 2) * Math.min(W, (window + 1) / 2);
    expect(
      Number.isInteger(count) && count >= 1 && count <= there,
      'similarNeighbours',
      `count must be a whole number from 1 to ${there}, as many pixels as windows of ${window} have in the image's corners, is ${count}`,
    );
    return [[B, H, W, count]];
  },
};

export const gatherNeighboursPrimitive: Primitive<
  'gatherNeighbours',
  readonly [x: Shape, places: Shape],
  readonly [y: Shape],
  WindowParams
> = {
  name: 'gatherNeighbours',
  shapes: ([x, places], { window }) => [checkPlaces('gatherNeighbours', x, places, window)],
};

export const scatterNeighboursPrimitive: Primitive<
  'scatterNeighbours',
  readonly [x: Shape, places: Shape],
  readonly [y: Shape],
  WindowParams
> = {
  name: 'scatterNeighbours',
  shapes: ([x, places], { window }) => [checkPlaces('scatterNeighbours', x, places, window)],
};

function checkWindow(operation: string, window: number): void {
  expect(window % 2 === 1 && window > 0, operation, `window must be odd, is ${window}`);
}

function checkPlaces(operation: string, x: Shape, places: Shape, window: number): Shape {
  checkWindow(operation, window);
  expect(
    x.length === 4 && formatShape(places) === formatShape([...x.slice(0, 3), 1]),
    operation,
    `x must be [B, H, W, C] and places [B, H, W, 1], are ${formatShape(x)} and ${formatShape(places)}`,
  );
  return x;
}

/**
 * The pixels in each pixel's window that look most like it: those around which patches differ least.
 *
 *   x [B, H + P - 1, W + P - 1, C]  ->  places [B, H, W, K]      images that are already extended by (P - 1) / 2 on each side
 *
 * A place is a pixel's number in the window, row by row from 0 to window² - 1. The first is that of the pixel itself; those of
 * the K - 1 others follow by the sum of squared differences between their P x P patches, of equal ones the lower place first.
 * A sum that overflows, or is no number, is larger than all others. Only pixels inside the image count. There is no gradient.
 * Throws `ShapeError`, also where a corner has fewer than K.
 */
export function similarNeighbours(x: Tensor, params: SimilarParams): Tensor {
  return apply1(similarNeighboursPrimitive, [x], params);
}

/**
 * For each pixel another one of its window.
 *
 *   x [B, H, W, C], places [B, H, W, 1]  ->  y [B, H, W, C]      y_i = x_n(i), n(i) the pixel at the place of i
 *
 * Where that is outside the image y is 0. There is no gradient in the places.
 */
export function gatherNeighbours(x: Tensor, places: Tensor, params: WindowParams): Tensor {
  return apply1(gatherNeighboursPrimitive, [x, places], params);
}

/**
 * The adjoint of `gatherNeighbours`: each pixel is added to another one of its window.
 *
 *   x [B, H, W, C], places [B, H, W, 1]  ->  y [B, H, W, C]      y_j = sum over all i with n(i) = j of x_i
 */
export function scatterNeighbours(x: Tensor, places: Tensor, params: WindowParams): Tensor {
  return apply1(scatterNeighboursPrimitive, [x, places], params);
}
