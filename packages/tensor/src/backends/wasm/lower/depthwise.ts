import type { PerAxis, Phase } from '../../../primitives/slidingWindow.ts';
import { type Call, call, type Place, type Scratch } from './call.ts';
import { gridOf } from './images.ts';
import { SUM } from './reduce.ts';

/** Whether every channel has a filter [height, width, 1, K] of its own. */
export function isDepthwise([, , C, K]: readonly number[], groups: number): boolean {
  return groups > 1 && C === 1 && K === groups;
}

export function depthwiseConv2d(
  x: Place,
  w: Place,
  bias: Place | undefined,
  y: Place,
  phase: PerAxis<Phase>,
): Call {
  const [rows, columns] = phase;
  const width = w.shape[1]!;
  const C = x.shape[3]!;
  const to = gridOf(y, phase);
  return call(
    'DEPTHWISE_CONV2D',
    x.address,
    w.address + 4 * (rows.tap * width + columns.tap) * C,
    bias?.address ?? 0,
    to.address,
    ...[...x.shape, to.rows, to.columns, ...axis(rows), ...axis(columns)],
    ...[rows.tapStep * width * C, columns.tapStep * C],
    ...[to.image, to.row, to.pixel],
  );
}

/** Partial sums of the filter gradient: their number does not depend on that of threads. */
const MOST_CHUNKS = 32;

export function depthwiseFilterGrad(
  x: Place,
  g: Place,
  w: Place,
  [rows, columns]: PerAxis<Phase>,
  scratch: Scratch,
): Call[] {
  const [B, H, W, C] = g.shape as [number, number, number, number];
  const size = rows.taps * columns.taps * C;
  const chunks = Math.min(MOST_CHUNKS, B * H);
  const partial = scratch.floats(chunks * size);
  const sizes = [...x.shape, H, W, ...axis(rows), ...axis(columns)];
  return [
    call('DEPTHWISE_FILTER_GRAD', x.address, g.address, partial, chunks, ...sizes),
    call('JOIN_CHUNKS', SUM, partial, w.address, 1, chunks, size),
  ];
}

function axis({ origin, stride, dilation, taps }: Phase): number[] {
  return [origin, stride, dilation, taps];
}
