import type { PerAxis, Phase } from '../../../../primitives/slidingWindow.ts';
import { type Call, call, type Place, type Scratch } from '../call.ts';
import { padChannels, wholeTiles } from '../wholeTiles.ts';

/**
 * Whether a filter [height, width, C, K] has one output, which sees all of its taps, and each of its places is one step of a
 * pixel behind the other.
 */
export function hasOneOutput(
  [height, width, , K]: readonly number[],
  groups: number,
  phase: PerAxis<Phase>,
): boolean {
  const moves = phase.every(({ stride, step }) => stride === 1 && step === 1);
  const [rows, columns] = phase;
  const hasAll = rows.taps === height && columns.taps === width;
  return K === 1 && groups === 1 && moves && hasAll && height! * width! > 1;
}

/** y, one channel: what each pixel gives to each tap, then the sums of it; see kernels/conv2d/oneOutput.ts. */
export function oneOutputConv2d(
  x: Place,
  w: Place,
  bias: Place | undefined,
  y: Place,
  phase: PerAxis<Phase>,
  scratch: Scratch,
): Call[] {
  const [B, H, W, C] = x.shape as [number, number, number, number];
  const [rows, columns] = [y.shape[1]!, y.shape[2]!];
  const taps = w.shape[0]! * w.shape[1]!;
  const wide = wholeTiles(taps);
  const packed = scratch.floats(wide * C);
  const products = scratch.floats(B * H * W * wide);
  return [
    call('packPanels', { b: w, packed, K: C, N: taps, kStride: 1, nStride: C }),
    call('matmul', { a: x, packed, c: products, M: B * H * W, K: C, N: wide, aRow: C, aStep: 1 }),
    call('sumTaps', { products, bias, y, B, H, W, rows, columns, wide, ...tapsOf(w, phase) }),
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
  const [rows, columns] = [g.shape[1]!, g.shape[2]!];
  const taps = w.shape[0]! * w.shape[1]!;
  const spread = scratch.floats(B * H * W * taps);
  const wide = padChannels(x, scratch);
  const sizes = { B, H, W, K: C, lines: 1, length: taps, lineColumns: 1 };
  const distances = { xImage: H * W * taps, xRow: W * taps, xPixel: taps, xLine: 0, xColumn: 0 };
  return [
    call('spreadTaps', { g, spread, B, rows, columns, H, W, ...tapsOf(w, phase) }),
    ...wide.calls,
    call('conv2dFilterGrad', {
      x: spread,
      g: wide,
      w,
      ...sizes,
      ...distances,
      gPixel: wholeTiles(C),
      wElement: C,
    }),
  ];
}

/** Height and width of a filter, where its first tap looks, and the steps between taps. */
function tapsOf({ shape }: Place, [rows, columns]: PerAxis<Phase>) {
  return {
    height: shape[0]!,
    width: shape[1]!,
    top: rows.origin,
    left: columns.origin,
    rowStep: rows.dilation,
    columnStep: columns.dilation,
  };
}
