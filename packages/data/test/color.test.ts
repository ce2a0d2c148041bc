import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { toGrey, toLuma, toLuma8, toMatlabGrey, withLuma } from '../src/color.ts';
import { createImage, greyImage, type Image } from '../src/image.ts';

test('luma of the primaries, white and a mixture', () => {
  const image = createImage(5, 1, 3, Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1, 0.25, 0.5, 0.75));
  const grey = toGrey(image);
  assert.is(grey.channels, 1);
  // 0.299 / 4 + 0.587 / 2 + 0.114 · 3/4 = 0.45375
  assert.equal([...grey.data], [0.299, 0.587, 0.114, 1, 0.45375].map(Math.fround));
});

test('equal channels keep their value to the bit', () => {
  const levels = Float32Array.from({ length: 256 }, (_, i) => i / 255);
  const image = createImage(
    256,
    1,
    3,
    Float32Array.from({ length: 768 }, (_, i) => levels[Math.floor(i / 3)]!),
  );
  assert.equal(toGrey(image).data, levels);
});

/** Pixels of 8 bits. */
const eightBit = (...values: readonly number[]) =>
  createImage(
    values.length / 3,
    1,
    3,
    Float32Array.from(values, (value) => value / 255),
  );

const levels = (image: Image) => [...image.data].map((value) => value * 255).map(Math.fround);

test('grey as MATLAB has it, in 8 bits', () => {
  // 255 · 0.298936 = 76.2; 255 · 0.587043 = 149.7; 255 · 0.114021 = 29.08; 10 · 0.2989 + 20 · 0.5870 + 30 · 0.1140 = 18.15
  const image = eightBit(255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255, 10, 20, 30);
  assert.equal(levels(toMatlabGrey(image)), [76, 150, 29, 255, 18]);
});

test('luma as MATLAB has it, in 8 bits, from 16 to 235', () => {
  // 16 + 65.481 = 81.48; 16 + 128.553 = 144.55; 16 + 24.966 = 40.97
  const image = eightBit(0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255);
  assert.equal(levels(toLuma8(image)), [16, 81, 145, 41, 235]);
});

test('a grey image is returned as it is', () => {
  const image = greyImage([[0.5]]);
  for (const convert of [toGrey, toMatlabGrey, toLuma, toLuma8]) assert.is(convert(image), image);
});

/** float32 */
const ROUNDING = 1e-6;

test('another luma leaves Cb and Cr as they are', () => {
  const image = createImage(2, 1, 3, Float32Array.of(0.2, 0.5, 0.9, 0.7, 0.1, 0.4));
  const luma = greyImage([[0.6, 0.3]]);
  const changed = withLuma(image, luma);
  // MATLAB's rows for Cb and Cr, of 255.
  const chroma = ({ data }: Image) =>
    [0, 3].flatMap((i) => [
      -37.797 * data[i]! - 74.203 * data[i + 1]! + 112 * data[i + 2]!,
      112 * data[i]! - 93.786 * data[i + 1]! - 18.214 * data[i + 2]!,
    ]);
  const near = (a: ArrayLike<number>, b: ArrayLike<number>, bound: number) =>
    Array.from(a, (value, i) => assert.ok(Math.abs(value - b[i]!) < bound, `${value}, ${b[i]}`));
  near(chroma(changed), chroma(image), 255 * ROUNDING);
  near(toLuma(changed).data, luma.data, ROUNDING);
  assert.is(withLuma(luma, greyImage([[1, 0]])).data[0], 1);
});

test.run();
