// Pixels that look alike, anywhere in each other's windows: they are found by comparing patches, read, and added to.

import { floats } from './lib/floats';
import { sum4 } from './lib/math';
import { addRun, copyRun, fillRun } from './lib/runs';
import { firstItem } from './lib/work';

/**
 * places [B, H, W, K] of the pixels most similar to each, in windows of q x q pixels; images x [B, H + P - 1, W + P - 1, C];
 * items: rows of all images.
 *
 * A row of pixels looks at one place of its windows at a time: squared differences are added up along columns, all side by side,
 * then along rows. Scratch: (W + P - 1) C sums and W K distances.
 */
export function similarNeighbours(
  x: usize,
  places: usize,
  B: i32,
  H: i32,
  W: i32,
  C: i32,
  q: i32,
  P: i32,
  K: i32,
  scratch: usize,
  thread: i32,
  threads: i32,
): void {
  const r = (q - 1) >> 1;
  const sums = scratch;
  const distances = sums + floats((W + P - 1) * C);
  const rowBytes = floats((W + P - 1) * C);
  const pixelBytes = floats(C);
  const groupBytes = floats(K);
  const last = firstItem(B * H, thread + 1, threads);
  for (let item = firstItem(B * H, thread, threads); item < last; item++) {
    const image = item / H;
    const row = item - image * H;
    const own = x + <usize>(image * (H + P - 1) + row) * rowBytes;
    const to = places + <usize>(item * W) * groupBytes;
    fillRun(distances, W * K, <f32>Infinity);
    for (let j = 0; j < W; j++) f32.store(to + <usize>j * groupBytes, <f32>(r * q + r));
    const uEnd = min(q, H - row + r);
    for (let u = max(0, r - row); u < uEnd; u++) {
      for (let v = 0; v < q; v++) {
        if (u === r && v === r) continue;
        const first = max(0, r - v);
        const count = W - abs(v - r);
        if (count <= 0) continue;
        const from = own + <usize>first * pixelBytes;
        sumColumns(
          sums,
          from,
          from + <usize>(u - r) * rowBytes + <usize>(v - r) * pixelBytes,
          rowBytes,
          P,
          (count + P - 1) * C,
        );
        for (let j = 0; j < count; j++) {
          const at = <usize>(first + j) * groupBytes;
          const distance = sumRun(sums + <usize>j * pixelBytes, P * C);
          keepNearest(distances + at, to + at, K, distance, u * q + v);
        }
      }
    }
  }
}

/** sums [n] of the squared differences of P rows of n numbers. */
@inline
function sumColumns(sums: usize, a: usize, b: usize, rowBytes: usize, P: i32, n: i32): void {
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    let s = f32x4.splat(0);
    let at = floats(i);
    for (let u = 0; u < P; u++) {
      const d = f32x4.sub(v128.load(a + at), v128.load(b + at));
      s = f32x4.relaxed_madd(d, d, s);
      at += rowBytes;
    }
    v128.store(sums + floats(i), s);
  }
  for (; i < n; i++) {
    let total: f32 = 0;
    let at = floats(i);
    for (let u = 0; u < P; u++) {
      const d = f32.load(a + at) - f32.load(b + at);
      total += d * d;
      at += rowBytes;
    }
    f32.store(sums + floats(i), total);
  }
}

@inline
function sumRun(from: usize, n: i32): f32 {
  let total = f32x4.splat(0);
  let i = 0;
  for (; i + 4 <= n; i += 4) total = f32x4.add(total, v128.load(from + floats(i)));
  let sum = sum4(total);
  for (; i < n; i++) sum += f32.load(from + floats(i));
  return sum;
}

/**
 * Puts a place where it belongs among 1 … K - 1, which are in the order of their distances; of equal ones the first stays first.
 * Where there is none yet the distance is infinite; one that has overflown, or is no number, is the largest below that.
 */
@inline
function keepNearest(distances: usize, places: usize, K: i32, found: f32, place: i32): void {
  const distance = found < f32.MAX_VALUE ? found : f32.MAX_VALUE;
  let k = K - 1;
  if (k < 1 || distance >= f32.load(distances + floats(k))) return;
  for (; k > 1 && f32.load(distances + floats(k - 1)) > distance; k--) {
    f32.store(distances + floats(k), f32.load(distances + floats(k - 1)));
    f32.store(places + floats(k), f32.load(places + floats(k - 1)));
  }
  f32.store(distances + floats(k), distance);
  f32.store(places + floats(k), <f32>place);
}

/** The number of the pixel at a place of the window of pixel (row, column), in its image; -1 outside of that. */
@inline
function neighbour(place: i32, row: i32, column: i32, H: i32, W: i32, q: i32): i32 {
  const r = (q - 1) >> 1;
  const u = place / q;
  const y = row + u - r;
  const x = column + place - u * q - r;
  return y < 0 || y >= H || x < 0 || x >= W ? -1 : y * W + x;
}

/** y_i = x_n(i), 0 outside the image; x, y [B, H, W, C]; items: rows of all images. */
export function gatherNeighbours(
  x: usize,
  places: usize,
  y: usize,
  B: i32,
  H: i32,
  W: i32,
  C: i32,
  q: i32,
  thread: i32,
  threads: i32,
): void {
  const bytes = floats(C);
  const last = firstItem(B * H, thread + 1, threads);
  for (let item = firstItem(B * H, thread, threads); item < last; item++) {
    const image = item / H;
    const row = item - image * H;
    for (let column = 0; column < W; column++) {
      const pixel = item * W + column;
      const place = <i32>f32.load(places + floats(pixel));
      const other = neighbour(place, row, column, H, W, q);
      const to = y + <usize>pixel * bytes;
      if (other < 0) fillRun(to, C, 0);
      else copyRun(to, x + <usize>(image * H * W + other) * bytes, C);
    }
  }
}

/** Channels that a thread adds up: a cache line. */
const LINE: i32 = 16;

/** y_j = the sum of all x_i with n(i) = j, in the order of i; x, y [B, H, W, C]; items: lines of channels of all images. */
export function scatterNeighbours(
  x: usize,
  places: usize,
  y: usize,
  B: i32,
  H: i32,
  W: i32,
  C: i32,
  q: i32,
  thread: i32,
  threads: i32,
): void {
  const lines = (C + LINE - 1) / LINE;
  const bytes = floats(C);
  const last = firstItem(B * lines, thread + 1, threads);
  for (let item = firstItem(B * lines, thread, threads); item < last; item++) {
    const image = item / lines;
    const c = (item - image * lines) * LINE;
    const count = min(LINE, C - c);
    const at = floats(c);
    const from = image * H * W;
    for (let pixel = 0; pixel < H * W; pixel++) fillRun(y + <usize>(from + pixel) * bytes + at, count, 0);
    for (let row = 0; row < H; row++) {
      for (let column = 0; column < W; column++) {
        const pixel = from + row * W + column;
        const other = neighbour(<i32>f32.load(places + floats(pixel)), row, column, H, W, q);
        if (other >= 0) addRun(y + <usize>(from + other) * bytes + at, x + <usize>pixel * bytes + at, count);
      }
    }
  }
}
