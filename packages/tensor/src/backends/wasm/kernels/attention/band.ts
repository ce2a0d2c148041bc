// The band of one pixel in a band matrix (window.ts): logits to weights and back.
//
// A band is q rows of `width` columns, of which the pixel's window are q, from its own column in the block on. The same rows of what is
// stored for each pixel, [B, H, W, q²], are read as wide, so that no row needs a special case: what belongs to others is
// masked. They are written exactly.

import { floats } from '../lib/floats';
import { max4, sum4 } from '../lib/math';
import { copyRun, fillRun } from '../lib/runs';
import { spare } from '../lib/tile';
import { constant, EXPECTED, LARGEST, TOTAL, weight } from './weights';
import { q, rowLength, size, width } from './window';

/** For each place in a row of a block, `width` numbers: all bits set where the window of the pixel at that place is. */
let masks: usize = 0;
/** A row of `width` zeros: what is added where there is nothing to add. */
let nothing: usize = 0;

/** Writes the masks of the `across` pixels of a row at this address, (across + 1) * width numbers with the row of zeros. */
export function useMasks(address: usize, across: i32): void {
  masks = address;
  nothing = address + floats(across * width);
  fillRun(masks, (across + 1) * width, 0);
  for (let place = 0; place < across; place++) {
    for (let j = place; j < place + q; j++) store<u32>(masks + floats(place * width + j), <u32>-1);
  }
}

/** The masks of the pixels in this column of a block. */
@inline
function maskOf(column: i32): usize {
  return masks + floats(column * width);
}

/** Address from which the first stored row is read: so many numbers before it as the window begins behind the band. */
@inline
function storedFor(stored: usize, column: i32): usize {
  return stored - floats(column);
}

/** Masks a band of logits with `beside`, after adding the stored ones, if there are any; returns the largest. */
export function addLogits(band: usize, column: i32, stored: usize, beside: f32): f32 {
  const mask = maskOf(column);
  const other = f32x4.splat(beside);
  const end = floats(width);
  let row = band;
  let from = stored === 0 ? nothing : storedFor(stored, column);
  const step = stored === 0 ? <usize>0 : floats(q);
  let m0 = f32x4.splat(-Infinity);
  let m1 = f32x4.splat(-Infinity);
  for (let i = 0; i < q; i++) {
    for (let at: usize = 0; at < end; at += 32) {
      const s0 = f32x4.add(v128.load(row + at), v128.load(from + at));
      const s1 = f32x4.add(v128.load(row + at, 16), v128.load(from + at, 16));
      const x0 = v128.bitselect(s0, other, v128.load(mask + at));
      const x1 = v128.bitselect(s1, other, v128.load(mask + at, 16));
      v128.store(row + at, x1, 16);
      v128.store(row + at, x0);
      m0 = f32x4.relaxed_max(m0, x0);
      m1 = f32x4.relaxed_max(m1, x1);
    }
    row += floats(rowLength);
    from += step;
  }
  v128.store(spare, m1, 16);
  v128.store(spare, m0);
  return max4(f32x4.max(v128.load(spare), v128.load(spare, 16)));
}

/** exp(logit - largest) in place of a band of logits, whose largest is kept; keeps the sum. */
// biome-ignore format: a pair of vectors a line
export function exponentiate(band: usize, column: i32, kept: usize): void {
  const k0 = constant(0), k1 = constant(1), k2 = constant(2), k3 = constant(3), k4 = constant(4);
  const k5 = constant(5), k6 = constant(6), k7 = constant(7), k8 = constant(8), k9 = constant(9);
  const top = f32x4.splat(f32.load(kept + LARGEST)), mask = maskOf(column), end = floats(width);
  let row = band;
  let total0 = f32x4.splat(0), total1 = f32x4.splat(0);
  for (let i = 0; i < q; i++) {
    for (let j: usize = 0; j < end; j += 64) {
      const at = row + j, k = mask + j;
      const e0 = weight(f32x4.sub(v128.load(at), top), k0, k1, k2, k3, k4, k5, k6, k7, k8, k9);
      const e1 = weight(f32x4.sub(v128.load(at, 16), top), k0, k1, k2, k3, k4, k5, k6, k7, k8, k9);
      const e2 = weight(f32x4.sub(v128.load(at, 32), top), k0, k1, k2, k3, k4, k5, k6, k7, k8, k9);
      const e3 = weight(f32x4.sub(v128.load(at, 48), top), k0, k1, k2, k3, k4, k5, k6, k7, k8, k9);
      const w0 = v128.and(e0, v128.load(k)), w1 = v128.and(e1, v128.load(k, 16));
      const w2 = v128.and(e2, v128.load(k, 32)), w3 = v128.and(e3, v128.load(k, 48));
      v128.store(at, w1, 16); v128.store(at, w0); v128.store(at, w3, 48); v128.store(at, w2, 32);
      total0 = f32x4.add(total0, f32x4.add(w0, w2)); total1 = f32x4.add(total1, f32x4.add(w1, w3));
    }
    row += floats(rowLength);
  }
  v128.store(spare, total1, 16); v128.store(spare, total0);
  f32.store(kept + TOTAL, sum4(f32x4.add(v128.load(spare), v128.load(spare, 16))));
}

/** A band of weights w_ij from stored logits; d: a_ij to w_ij (a_ij - gZ_i . Z_i), plus the stored gradients, if any. */
// biome-ignore format: a pair of vectors a line
export function softmaxGradients(weights: usize, d: usize, column: i32, logits: usize, gLogits: usize, kept: usize): void {
  const k0 = constant(0), k1 = constant(1), k2 = constant(2), k3 = constant(3), k4 = constant(4);
  const k5 = constant(5), k6 = constant(6), k7 = constant(7), k8 = constant(8), k9 = constant(9);
  const top = f32x4.splat(f32.load(kept + LARGEST)), scale = f32x4.splat(<f32>1 / f32.load(kept + TOTAL));
  const expected = f32x4.splat(f32.load(kept + EXPECTED));
  const mask = maskOf(column), end = floats(width), next = floats(rowLength);
  let wRow = weights, dRow = d, from = storedFor(logits, column);
  let more = gLogits === 0 ? nothing : storedFor(gLogits, column);
  const step = gLogits === 0 ? <usize>0 : floats(q);
  for (let i = 0; i < q; i++) {
    for (let j: usize = 0; j < end; j += 64) {
      const s = from + j, k = mask + j, at = dRow + j, g = more + j, to = wRow + j;
      const e0 = weight(f32x4.sub(v128.load(s), top), k0, k1, k2, k3, k4, k5, k6, k7, k8, k9);
      const e1 = weight(f32x4.sub(v128.load(s, 16), top), k0, k1, k2, k3, k4, k5, k6, k7, k8, k9);
      const e2 = weight(f32x4.sub(v128.load(s, 32), top), k0, k1, k2, k3, k4, k5, k6, k7, k8, k9);
      const e3 = weight(f32x4.sub(v128.load(s, 48), top), k0, k1, k2, k3, k4, k5, k6, k7, k8, k9);
      const m0 = v128.load(k), m1 = v128.load(k, 16), m2 = v128.load(k, 32), m3 = v128.load(k, 48);
      const w0 = v128.and(f32x4.mul(e0, scale), m0), w1 = v128.and(f32x4.mul(e1, scale), m1);
      const w2 = v128.and(f32x4.mul(e2, scale), m2), w3 = v128.and(f32x4.mul(e3, scale), m3);
      const a0 = f32x4.sub(v128.load(at), expected), a1 = f32x4.sub(v128.load(at, 16), expected);
      const a2 = f32x4.sub(v128.load(at, 32), expected), a3 = f32x4.sub(v128.load(at, 48), expected);
      const d0 = f32x4.relaxed_madd(w0, a0, v128.load(g)), d1 = f32x4.relaxed_madd(w1, a1, v128.load(g, 16));
      const d2 = f32x4.relaxed_madd(w2, a2, v128.load(g, 32)), d3 = f32x4.relaxed_madd(w3, a3, v128.load(g, 48));
      v128.store(to, w1, 16); v128.store(to, w0); v128.store(to, w3, 48); v128.store(to, w2, 32);
      v128.store(at, v128.and(d1, m1), 16); v128.store(at, v128.and(d0, m0));
      v128.store(at, v128.and(d3, m3), 48); v128.store(at, v128.and(d2, m2), 32);
    }
    wRow += next; dRow += next; from += floats(q); more += step;
  }
}

/** The same for the mean: the weights are the logits divided by their number, and so is a_ij. */
export function meanGradients(weights: usize, d: usize, column: i32, logits: usize, gLogits: usize): void {
  const scale = f32x4.splat(<f32>1 / <f32>size);
  const mask = maskOf(column);
  const end = floats(width);
  const next = floats(rowLength);
  let wRow = weights;
  let dRow = d;
  let from = storedFor(logits, column);
  let more = gLogits === 0 ? nothing : storedFor(gLogits, column);
  const step = gLogits === 0 ? <usize>0 : floats(q);
  for (let i = 0; i < q; i++) {
    for (let at: usize = 0; at < end; at += 16) {
      const k = v128.load(mask + at);
      v128.store(wRow + at, v128.and(f32x4.mul(v128.load(from + at), scale), k));
      v128.store(
        dRow + at,
        v128.and(f32x4.relaxed_madd(v128.load(dRow + at), scale, v128.load(more + at)), k),
      );
    }
    wRow += next;
    dRow += next;
    from += floats(q);
    more += step;
  }
}

/** Stores a band as q² numbers. */
export function storeBand(to: usize, band: usize, column: i32): void {
  let row = band + floats(column);
  for (let i = 0; i < q; i++, to += floats(q), row += floats(rowLength)) copyRun(to, row, q);
}

/** Stores logits less a band as q² numbers; `to` may be the logits. */
export function storeRest(to: usize, logits: usize, band: usize, column: i32): void {
  let row = band + floats(column);
  for (let i = 0; i < q; i++, to += floats(q), logits += floats(q), row += floats(rowLength)) {
    subtractRun(to, logits, row, q);
  }
}

/** to = a - b; `to` may be a. */
@inline
function subtractRun(to: usize, a: usize, b: usize, count: i32): void {
  if (count < 4) {
    for (let at: usize = 0; at < floats(count); at += 4)
      f32.store(to + at, f32.load(a + at) - f32.load(b + at));
    return;
  }
  // The last four numbers as one vector, which may repeat some; before a has been written over.
  const end = floats(count - 4);
  const tail = f32x4.sub(v128.load(a + end), v128.load(b + end));
  for (let at: usize = 0; at < end; at += 16)
    v128.store(to + at, f32x4.sub(v128.load(a + at), v128.load(b + at)));
  v128.store(to + end, tail);
}
