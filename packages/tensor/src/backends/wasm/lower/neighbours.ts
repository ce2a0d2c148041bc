import { call, type Lowerings, type Place, perThread } from './call.ts';

export const neighbourLowerings: Lowerings<'similarNeighbours' | 'gatherNeighbours' | 'scatterNeighbours'> = {
  similarNeighbours([x], [places], { window, patch, count }, scratch) {
    const [B, H, W] = places.shape as [number, number, number];
    const C = x.shape[3]!;
    const own = perThread((W + patch - 1) * C + W * count, scratch);
    const sizes = { B, H, W, C, q: window, P: patch, K: count };
    return [call('similarNeighbours', { x, places, ...sizes, scratch: own })];
  },
  gatherNeighbours: ([x, places], [y], { window }) => [move('gatherNeighbours', x, places, y, window)],
  scatterNeighbours: ([x, places], [y], { window }) => [move('scatterNeighbours', x, places, y, window)],
};

function move(
  kernel: 'gatherNeighbours' | 'scatterNeighbours',
  x: Place,
  places: Place,
  y: Place,
  window: number,
) {
  const [B, H, W, C] = x.shape as [number, number, number, number];
  return call(kernel, { x, places, y, B, H, W, C, q: window });
}
