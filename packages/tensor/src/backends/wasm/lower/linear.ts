import { matmulSizes } from '../../../primitives/matmul.ts';
import { sizeOf } from '../../../shape.ts';
import { type Call, call, type Lowerings, type Place, type Scratch } from './call.ts';
import { padChannels, wholeTiles } from './wholeTiles.ts';
import { suitsWinograd, winogradConv2d, winogradFilterGrad } from './winograd.ts';

export const linearLowerings: Lowerings<'matmul' | 'conv2d' | 'conv2dFilterGrad'> = {
  matmul([a, b], [y], params, scratch) {
    const { batch, M, K, N } = matmulSizes(a!.shape, b!.shape, params);
    const [aRow, aStep] = params.transposeA ? [1, M] : [K, 1];
    const [kStride, nStride] = params.transposeB ? [1, K] : [N, 1];
    const packed = scratch.floats(wholeTiles(N) * K);
    return Array.from({ length: sizeOf(batch) }, (_, n) => [
      call('PACK_PANELS', b!.address + 4 * n * K * N, packed, K, N, kStride, nStride),
      call('MATMUL', a!.address + 4 * n * M * K, packed, y!.address + 4 * n * M * N, M, K, N, aRow, aStep),
    ]).flat();
  },

  conv2d([x, w, bias], [y], { padding }, scratch) {
    if (suitsWinograd(w!.shape)) return winogradConv2d(x!, w!, bias, y!, padding, scratch);
    const [B, H, W, K] = y!.shape as [number, number, number, number];
    const [height, width, C] = w!.shape as [number, number, number, number];
    const { seen, calls } = withBorder(x!, padding, scratch);
    const taps = height * width * C;
    const packed = scratch.floats(wholeTiles(K) * taps);
    return [
      ...calls,
      call('PACK_PANELS', w!.address, packed, taps, K, K, 1),
      call('CONV2D', seen, packed, bias?.address ?? 0, y!.address, B, H, W, C, K, height, width),
    ];
  },

  conv2dFilterGrad([x, g], [w], { padding, height, width }, scratch) {
    if (suitsWinograd(w!.shape)) return winogradFilterGrad(x!, g!, w!, padding, scratch);
    const [B, H, W, K] = g!.shape as [number, number, number, number];
    const C = x!.shape[3]!;
    const { seen, calls } = withBorder(x!, padding, scratch);
    // The kernel reads g eight channels wide.
    const wide = padChannels(g!, scratch);
    return [
      ...calls,
      ...wide.calls,
      call('CONV2D_FILTER_GRAD', seen, wide.address, w!.address, B, H, W, C, K, height, width),
    ];
  },
};

/** The images with their border of zeros: themselves if there is none. */
function withBorder(
  x: Place,
  padding: readonly [number, number],
  scratch: Scratch,
): { seen: number; calls: Call[] } {
  const [B, H, W, C] = x.shape as [number, number, number, number];
  const [py, px] = padding;
  if (py === 0 && px === 0) return { seen: x.address, calls: [] };
  const seen = scratch.floats(B * (H + 2 * py) * (W + 2 * px) * C);
  return { seen, calls: [call('PAD_ROWS', x.address, seen, B, H, W * C, py, py, px * C, px * C)] };
}
