import { call, type Lowerings, type Place, perThread } from './call.ts';

export const neighbourLowerings: Lowerings<'similarNeighbours' | 'gatherNeighbours' | 'scatterNeighbours'> = {
  similarNeighbours([x], [places], { window, patch, count }, scratch) {
    const [B, H, W] = places.shape as [number, number, number];
    const C = x.shape[3]!;
    const [own, bytes] = perThread((W + patch - 1) * C + W * count, scratch);
    const sizes = [B, H, W, C, window, patch, count];
    return [call('SIMILAR_NEIGHBOURS', x.address, places.address, own, bytes, ...sizes)];
  },
  gatherNeighbours: ([x, places], [y], { window }) => [move('GATHER_NEIGHBOURS', x, places, y, window)],
  scatterNeighbours: ([x, places], [y], { window }) => [move('SCATTER_NEIGHBOURS', x, places, y, window)],
};

function move(
  kernel: 'GATHER_NEIGHBOURS' | 'SCATTER_NEIGHBOURS',
  x: Place,
  places: Place,
  y: Place,
  window: number,
) {
  return call(kernel, x.address, places.address, y.address, ...x.shape, window);
}
