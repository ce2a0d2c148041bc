import type { PerAxis, Phase } from '../../../../primitives/slidingWindow.ts';
import { SUM } from '../../kernels/constants.ts';
import { type Call, call, elementAt, type Place, type Scratch } from '../call.ts';
import { gridOf, outputDistances } from './images.ts';

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
  const [B, H, W, C] = x.shape as [number, number, number, number];
  const to = gridOf(y, phase);
  const sizes = { B, H, W, C, rows: to.rows, columns: to.columns };
  return call('depthwiseConv2d', {
    x,
    w: elementAt(w, (rows.tap * width + columns.tap) * C),
    bias,
    y: to,
    ...sizes,
    ...axesOf(phase),
    wRow: rows.tapStep * width * C,
    wTap: columns.tapStep * C,
    ...outputDistances(to),
  });
}

/** Partial sums of the filter gradient: their number does not depend on that of threads. */
const MOST_CHUNKS = 32;

export function depthwiseFilterGrad(
  x: Place,
  g: Place,
  w: Place,
  phase: PerAxis<Phase>,
  scratch: Scratch,
): Call[] {
  const [B, H, W, C] = x.shape as [number, number, number, number];
  const [rows, columns] = [g.shape[1]!, g.shape[2]!];
  const axes = axesOf(phase);
  const size = axes.rowTaps * axes.columnTaps * C;
  const chunks = Math.min(MOST_CHUNKS, B * rows);
  const partial = scratch.floats(chunks * size);
  return [
    call('depthwiseFilterGrad', { x, g, partial, chunks, B, H, W, C, rows, columns, ...axes }),
    call('joinChunks', { way: SUM, partial, y: w, outer: 1, chunks, inner: size }),
  ];
}

/** Where the outputs of a phase look. */
function axesOf([rows, columns]: PerAxis<Phase>) {
  return {
    top: rows.origin,
    rowStride: rows.stride,
    rowDilation: rows.dilation,
    rowTaps: rows.taps,
    left: columns.origin,
    columnStride: columns.stride,
    columnDilation: columns.dilation,
    columnTaps: columns.taps,
  };
}
