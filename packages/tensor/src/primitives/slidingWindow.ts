import { commonDivisor } from '../commonDivisor.ts';

/** One value for the rows and one for the columns. */
export type PerAxis<T> = readonly [rows: T, columns: T];

/** Zeros before and after each axis of an image; where a number is negative, so much is cut off instead. */
export type Padding = PerAxis<readonly [before: number, after: number]>;

/** How a filter moves over images. */
export type Geometry = {
  /** Pixels between two places of the filter */
  readonly stride: PerAxis<number>;
  readonly padding: Padding;
  /** Pixels between two neighbouring taps of the filter */
  readonly dilation: PerAxis<number>;
  /** Pixels between two neighbours of the image once zeros have been put in between, before the padding */
  readonly inputDilation: PerAxis<number>;
};

/** The same on one axis, for a filter of so many taps: output i sees input (i stride + u dilation - before) / inputDilation. */
export interface SlidingWindow {
  readonly taps: number;
  readonly stride: number;
  readonly before: number;
  readonly after: number;
  readonly dilation: number;
  readonly inputDilation: number;
}

/** The windows of rows and of columns, for a filter [height, width]. */
export function windowsOf(
  [height, width]: readonly [number, number],
  { stride, padding, dilation, inputDilation }: Geometry,
): PerAxis<SlidingWindow> {
  const along = (axis: 0 | 1, taps: number): SlidingWindow => ({
    taps,
    stride: stride[axis],
    before: padding[axis][0],
    after: padding[axis][1],
    dilation: dilation[axis],
    inputDilation: inputDilation[axis],
  });
  return [along(0, height), along(1, width)];
}

/** Pixels from the first tap of a filter to its last, both included. */
export function reachOf(taps: number, dilation: number): number {
  return (taps - 1) * dilation + 1;
}

/** How many places a filter has on an axis of `n` pixels; none of them if less than 1. */
export function outputsOf(n: number, window: SlidingWindow): number {
  const { taps, stride, before, after, dilation, inputDilation } = window;
  const free = reachOf(n, inputDilation) + before + after - reachOf(taps, dilation);
  return Math.floor(free / stride) + 1;
}

/**
 * Outputs first, first + step, … (`count` of them) of an axis, which all see the same taps: tap, tap + tapStep, …
 * (`taps` of them; perhaps none). The m-th of the outputs sees, by the n-th of the taps, input
 * origin + m stride + n dilation, if there is such a one.
 */
export interface Phase {
  readonly first: number;
  readonly step: number;
  readonly count: number;
  readonly tap: number;
  readonly tapStep: number;
  readonly taps: number;
  readonly origin: number;
  readonly stride: number;
  readonly dilation: number;
}

/**
 * Cuts `outputs` of an axis into phases without an input dilation, so that no zero that it puts in is multiplied: one
 * phase where there is none.
 */
export function phasesOf(outputs: number, window: SlidingWindow): Phase[] {
  const { stride, before, dilation, inputDilation } = window;
  const step = inputDilation / commonDivisor(inputDilation, stride);
  const tapStep = inputDilation / commonDivisor(inputDilation, dilation);
  return Array.from({ length: Math.min(step, outputs) }, (_, first) => {
    const seen = (tap: number) => (first * stride + tap * dilation - before) / inputDilation;
    let tap = 0;
    while (tap < tapStep && !Number.isInteger(seen(tap))) tap++;
    return {
      first,
      step,
      count: Math.ceil((outputs - first) / step),
      tap,
      tapStep,
      taps: tap < tapStep ? Math.max(0, Math.ceil((window.taps - tap) / tapStep)) : 0,
      origin: Math.floor(seen(tap)),
      stride: (step * stride) / inputDilation,
      dilation: (tapStep * dilation) / inputDilation,
    };
  });
}
