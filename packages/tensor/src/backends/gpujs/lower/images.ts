import type { SlidingWindow } from '../../../primitives/slidingWindow.ts';
import { all, quotient, remainder } from './source.ts';

export type Shape4 = readonly [number, number, number, number];

/** How a language divides whole numbers that are not negative. */
export interface Division {
  over(i: string, n: number): string;
  rest(i: string, n: number): string;
  readonly equals: string;
}

export const KERNEL: Division = { over: quotient, rest: remainder, equals: '===' };
export const SHADER: Division = {
  over: (i, n) => (n === 1 ? i : `((${i}) / ${n})`),
  rest: (i, n) => (n === 1 ? '0' : `((${i}) % ${n})`),
  equals: '==',
};

export function times(i: string, n: number): string {
  return n === 1 || i === '0' ? i : `${i} * ${n}`;
}

/** Which row or column of an image is seen, as text. */
interface Seen {
  readonly index: string;
  /** Is it a pixel, and no zero that the image's dilation puts between them? Undefined if that is certain */
  readonly isPixel: string | undefined;
  /** Is it within the image? Undefined if that is certain */
  readonly isInside: string | undefined;
}

/**
 * What output i of an axis sees by tap u of a window, in an image of n pixels along that axis. `from` are pixels, as text,
 * by which it is further on.
 */
export function seenBy(window: SlidingWindow, n: number, outputs: number) {
  const { stride, dilation, inputDilation, before } = window;
  const [beyondStart, beyondEnd] = isSeenBeyond(n, outputs, window);
  return ({ over, rest, equals }: Division, i: string, u: string, from = '0'): Seen => {
    const terms = [times(i, stride), times(u, dilation), `${Math.max(0, -before)}`].filter(
      (term) => term !== '0',
    );
    const seen = terms.length === 0 ? '0' : terms.join(' + ');
    // Never a negative number: unary minus makes some of gpu.js's compilers see a float.
    const sum = before > 0 ? `${seen} - ${before}` : seen;
    const own = over(/[-+]/.test(sum) ? `(${sum})` : sum, inputDilation);
    const index = from === '0' ? own : `${from} + ${own}`;
    const tests = [...(beyondStart ? [`${index} >= 0`] : []), ...(beyondEnd ? [`${index} < ${n}`] : [])];
    return {
      index,
      isPixel: inputDilation === 1 ? undefined : `${rest(sum, inputDilation)} ${equals} 0`,
      isInside: all(tests),
    };
  };
}

/** Whether the outputs see anything before the first of n pixels, and behind the last. */
function isSeenBeyond(
  n: number,
  outputs: number,
  { taps, stride, before, dilation, inputDilation }: SlidingWindow,
): [boolean, boolean] {
  const last = Math.floor(((outputs - 1) * stride + (taps - 1) * dilation - before) / inputDilation);
  return [before > 0, last >= n];
}
