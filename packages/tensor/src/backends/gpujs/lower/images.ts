import type { PerAxis, SlidingWindow } from '../../../primitives/slidingWindow.ts';
import type { BufferPlace, LoweringContext } from './dispatch.ts';
import { padded } from './expression.ts';
import { quotient, remainder } from './source.ts';

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

/** Which row or column of an image is seen, as text, and whether it is one: undefined if that is certain. */
interface Seen {
  readonly index: string;
  readonly test: string | undefined;
}

/** What output i of an axis sees by tap u of a window, in an image with `border` pixels more before it. */
function seenBy({ stride, dilation, inputDilation, before }: SlidingWindow, border: number) {
  return ({ over, rest, equals }: Division, i: string, u: string): Seen => {
    const first = border * inputDilation - before;
    const terms = [times(i, stride), times(u, dilation), `${first}`].filter((term) => term !== '0');
    const sum = terms.length === 0 ? '0' : terms.join(' + ');
    return {
      index: over(terms.length > 1 ? `(${sum})` : sum, inputDilation),
      test: inputDilation === 1 ? undefined : `${rest(sum, inputDilation)} ${equals} 0`,
    };
  };
}

/** An image with as many zeros written around it as the windows see, so that kernels need not ask where the border is. */
export function surround(
  x: BufferPlace,
  y: BufferPlace,
  windows: PerAxis<SlidingWindow>,
  { scratch }: LoweringContext,
) {
  const [B, H, W, C] = x.shape as Shape4;
  const [vertical, horizontal] = windows;
  const [top, bottom] = bordersOf(H, y.shape[1]!, vertical);
  const [left, right] = bordersOf(W, y.shape[2]!, horizontal);
  const [height, width] = [H + top + bottom, W + left + right];
  const isWhole = height === H && width === W;
  const place = isWhole ? x : scratch([B, height, width, C]);
  const calls = isWhole ? [] : [padded(x, place, [0, top, left, 0])];
  return { place, height, width, calls, row: seenBy(vertical, top), column: seenBy(horizontal, left) };
}

/** Pixels before and after an axis of n that its outputs see. */
function bordersOf(
  n: number,
  outputs: number,
  { taps, stride, before, dilation, inputDilation }: SlidingWindow,
): [number, number] {
  const last = Math.floor(((outputs - 1) * stride + (taps - 1) * dilation - before) / inputDilation);
  return [Math.max(0, Math.ceil(before / inputDilation)), Math.max(0, last - n + 1)];
}
