import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { resize, resizeTo } from '../src/bicubic.ts';
import { createImage, greyImage, type Image, mapPixels } from '../src/image.ts';

/** Rounding of values below 1 to float32. */
const FLOAT32 = 1e-7;

function assertClose(actual: Iterable<number>, expected: readonly number[], tolerance = FLOAT32): void {
  const values = [...actual];
  assert.is(values.length, expected.length);
  values.forEach((v, i) => {
    assert.ok(Math.abs(v - expected[i]!) <= tolerance, `[${i}] ${v}, expected ${expected[i]}`);
  });
}

/** Pixel values 0.01 x + 0.02 y: exact for an interpolation that reproduces polynomials of degree 1. */
function ramp(width: number, height: number): Image {
  return {
    ...createImage(width, height),
    data: createImage(width, height).data.map((_, i) => plane(i, width)),
  };
}
const plane = (i: number, width: number) => 0.01 * (i % width) + 0.02 * Math.floor(i / width);

test('a white pixel enlarged twice shows Keys’ kernel', () => {
  // Distances to the white pixel 1/4, 3/4, 5/4, 7/4: k = 111/128, 29/128, -9/128, -3/128.
  const [a, b, c, d] = [0.8671875, 0.2265625, -0.0703125, -0.0234375];
  const row = resizeTo(greyImage([[0, 0, 0, 1, 0, 0, 0, 0]]), 16, 1);
  assertClose(row.data, [0, 0, 0, d, c, b, a, a, b, c, d, 0, 0, 0, 0, 0], 0);
});

test('shrinking by two stretches the kernel by two', () => {
  // Each output weighs eight inputs by half of the values above.
  const [a, b, c, d] = [0.43359375, 0.11328125, -0.03515625, -0.01171875];
  const row = resize(greyImage([[0, 0, 0, 0, 1, 0, 0, 0]]), 0.5);
  // Centres at 0.5, 2.5, 4.5, 6.5; the white pixel is at 4.
  // Its mirror image beyond the border, at 11, is too far to count.
  assertClose(row.data, [d, b, a, c], 0);
});

test('the border continues as its mirror image', () => {
  // Two pixels [0, 1] are … 1 0 | 0 1 | 1 0 …, enlarged to four: the first centre is at -1/4.
  // Pixels -2 … 1, of values 1, 0, 0, 1, are at 7/4, 3/4, 1/4 and 5/4 from it.
  const row = resizeTo(greyImage([[0, 1]]), 4, 1);
  const first = -0.0234375 - 0.0703125;
  // The second is at 1/4: pixels -1 … 2, of values 0, 0, 1, 1, are at 5/4, 1/4, 3/4 and 7/4 from it.
  const second = 0.2265625 - 0.0234375;
  assertClose(row.data, [first, second, 1 - second, 1 - first], 0);
});

test('rows and columns are treated alike', () => {
  const row = resize(greyImage([[0.1, 0.9, 0.3, 0.5, 0.2]]), 0.7);
  const column = resize(greyImage([[0.1], [0.9], [0.3], [0.5], [0.2]]), 0.7);
  assert.equal([row.width, row.height], [4, 1]); // ceil(3.5), ceil(0.7)
  assert.equal(column.data, row.data);
});

for (const scale of [1, 0.9, 0.8, 0.7, 0.5, 0.31, 1.5, 2, 3]) {
  test(`scale ${scale}: a constant stays constant and the size is rounded up`, () => {
    const out = resize(
      mapPixels(createImage(13, 9), () => 0.3),
      scale,
    );
    assert.equal([out.width, out.height], [Math.ceil(13 * scale), Math.ceil(9 * scale)]);
    assertClose(out.data, new Array(out.data.length).fill(0.3));
  });
}

test('scale 1 is the identity, bit for bit', () => {
  const image = ramp(7, 5);
  assert.equal(resize(image, 1), image);
});

for (const side of [80, 20]) {
  test(`a ramp of 40 pixels resized to ${side} is a ramp away from the border`, () => {
    const out = resizeTo(ramp(40, 40), side, side);
    // The kernel reaches 2 pixels, or 2 / scale when shrinking.
    const margin = Math.ceil(2 * Math.max(1, side / 40)) + 1;
    const input = (o: number) => ((o + 0.5) * 40) / side - 0.5;
    for (let y = margin; y < side - margin; y++) {
      for (let x = margin; x < side - margin; x++) {
        const expected = 0.01 * input(x) + 0.02 * input(y);
        assert.ok(Math.abs(out.data[y * side + x]! - expected) < 2 * FLOAT32, `${x}, ${y}`);
      }
    }
  });
}

test('the channels of a colour image do not mix', () => {
  const grey = ramp(6, 4);
  const color = createImage(6, 4, 3);
  grey.data.forEach((v, i) => {
    color.data.set([v, 1 - v, 0.5], 3 * i);
  });
  const out = resize(color, 0.8);
  const red = resize(grey, 0.8).data;
  assertClose(
    out.data,
    [...red].flatMap((v) => [v, 1 - v, 0.5]),
  );
});

test('a scale that is none is refused', () => {
  for (const scale of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(() => resize(ramp(4, 4), scale), /needs a positive number/);
  }
});

test.run();
