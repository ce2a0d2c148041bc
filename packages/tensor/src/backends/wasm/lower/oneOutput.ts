import type { PerAxis, Phase } from '../../../primitives/slidingWindow.ts';
import { type Call, call, type Place, type Scratch } from './call.ts';
import { padChannels, wholeTiles } from './wholeTiles.ts';

/** Whether a filter [height, width, C, K] has one output, and each of its places one step of a pixel behind the other. */
export function hasOneOutput(
  [height, width, , K]: readonly number[],
  groups: number,
  phase: PerAxis<Phase>,
): boolean {
  const moves = phase.every(({ stride, step }) => stride === 1 && step === 1);
  return K === 1 && groups === 1 && moves && height! * width! > 1;
}

/** y, one channel: what each pixel gives to each tap, then the sums of it; see kernels/oneOutput.ts. */
export function oneOutputConv2d(
  x: Place,
  w: Place,
  bias: Place | undefined,
  y: Place,
  phase: PerAxis<Phase>,
  scratch: Scratch,
): Call[] {
  const [B, H, W, C] = x.shape as [number, number, number, number];
  const [height, width] = w.shape as [number, number];
  const taps = height * width;
  const wide = wholeTiles(taps);
  const packed = scratch.floats(wide * C);
  const products = scratch.floats(B * H * W * wide);
  return [
    call('PACK_PANELS', w.address, packed, C, taps, 1, C),
    call('MATMUL', x.address, packed, products, B * H * W, C, wide, C, 1),
    call(
      'SUM_TAPS',
      products,
      bias?.address ?? 0,
      y.address,
      ...[B, H, W],
      ...y.shape.slice(1, 3),
      wide,
      ...tapsOf(w, phase),
    ),
  ];
}

/** Its filter's gradient: a product of the pixels with what their taps receive. */
export function oneOutputFilterGrad(
  x: Place,
  g: Place,
  w: Place,
  phase: PerAxis<Phase>,
  scratch: Scratch,
): Call[] {
  const [B, H, W, C] = x.shape as [number, number, number, number];
  const taps = w.shape[0]! * w.shape[1]!;
  const spread = scratch.floats(B * H * W * taps);
  const wide = padChannels(x, scratch);
  return [
    call('SPREAD_TAPS', g.address, spread, ...g.shape.slice(0, 3), ...[H, W], ...tapsOf(w, phase)),
    ...wide.calls,
    call(
      'CONV2D_FILTER_GRAD',
      ...[spread, wide.address, w.address],
      ...[B, H, W, C, 1, taps, 1],
      ...[H * W * taps, W * taps, taps, 0, 0],
      ...[wholeTiles(C), C],
    ),
  ];
}

/** Height and width of a filter, where its first tap looks, and the steps between taps. */
function tapsOf({ shape }: Place, [rows, columns]: PerAxis<Phase>): number[] {
  return [shape[0]!, shape[1]!, rows.origin, columns.origin, rows.dilation, columns.dilation];
}
