// Convolutions to one channel. By tiles these would use one of 16 columns, so the taps of the filter are the columns of a
// matrix product instead: what each pixel gives to each tap. An output is then a sum of these products, each of another pixel.
// The gradient of the filter goes the other way: the gradients that the taps of each pixel receive are put side by side, and
// the filter's is a matrix product with the pixels.

import { floats } from '../lib/floats';
import { fillRun } from '../lib/runs';
import { firstItem } from '../lib/work';

/**
 * y [B, rows, columns] = bias + the sum over taps (u, v) of products at pixel (top + i + u rowStep, left + j + v columnStep)
 * of [B, H, W, wide], where there is such a one; the products of tap (u, v) are number u width + v of a pixel. Items: rows of y.
 */
export function sumTaps(
  products: usize,
  bias: usize,
  y: usize,
  B: i32,
  H: i32,
  W: i32,
  rows: i32,
  columns: i32,
  wide: i32,
  height: i32,
  width: i32,
  top: i32,
  left: i32,
  rowStep: i32,
  columnStep: i32,
  thread: i32,
  threads: i32,
): void {
  const pixel = floats(wide);
  const start: f32 = bias === 0 ? 0 : f32.load(bias);
  const last = firstItem(B * rows, thread + 1, threads);
  for (let item = firstItem(B * rows, thread, threads); item < last; item++) {
    const image = item / rows;
    const i = item - image * rows;
    const to = y + floats(item * columns);
    for (let j = 0; j < columns; j++) f32.store(to + floats(j), start);
    for (let u = 0; u < height; u++) {
      const row = top + i + u * rowStep;
      if (row < 0 || row >= H) continue;
      const from = products + <usize>((image * H + row) * W) * pixel + floats(u * width);
      for (let v = 0; v < width; v++) addTap(to, columns, from + floats(v), W, pixel, left + v * columnStep);
    }
  }
}

/** to[j] += from[j + offset] for the j of `columns` for which there is one of W. */
function addTap(to: usize, columns: i32, from: usize, W: i32, pixel: usize, offset: i32): void {
  const first = max(0, -offset);
  const end = min(columns, W - offset);
  let at = to + floats(first);
  let product = from + <usize>(first + offset) * pixel;
  for (let j = first; j < end; j++) {
    f32.store(at, f32.load(at) + f32.load(product));
    at += 4;
    product += pixel;
  }
}

/**
 * The transpose of that: spread [B, H, W, height · width] is g [B, rows, columns] at (i - top - u rowStep, j - left - v columnStep)
 * for each tap (u, v) of pixel (i, j), or zero where there is no such one. Items: rows of spread.
 */
export function spreadTaps(
  g: usize,
  spread: usize,
  B: i32,
  H: i32,
  W: i32,
  rows: i32,
  columns: i32,
  height: i32,
  width: i32,
  top: i32,
  left: i32,
  rowStep: i32,
  columnStep: i32,
  thread: i32,
  threads: i32,
): void {
  const taps = height * width;
  const pixel = floats(taps);
  const last = firstItem(B * H, thread + 1, threads);
  for (let item = firstItem(B * H, thread, threads); item < last; item++) {
    const image = item / H;
    const i = item - image * H;
    const to = spread + <usize>(item * W) * pixel;
    fillRun(to, W * taps, 0);
    for (let u = 0; u < height; u++) {
      const row = i - top - u * rowStep;
      if (row < 0 || row >= rows) continue;
      const from = g + floats((image * rows + row) * columns);
      for (let v = 0; v < width; v++)
        spreadTap(to + floats(u * width + v), W, pixel, from, columns, left + v * columnStep);
    }
  }
}

/** to[j], for the j of W for which there is one of `columns`, = from[j - offset]. */
function spreadTap(to: usize, W: i32, pixel: usize, from: usize, columns: i32, offset: i32): void {
  const first = max(0, offset);
  const end = min(W, columns + offset);
  let at = to + <usize>first * pixel;
  let value = from + floats(first - offset);
  for (let j = first; j < end; j++) {
    f32.store(at, f32.load(value));
    at += pixel;
    value += 4;
  }
}
