// Logits to weights and back, for a run of logits that lie side by side in memory.

import { floats } from '../lib/floats';
import { max4, sum4 } from '../lib/math';
import { spare } from '../lib/tile';

/** Where the KEPT numbers of a pixel are, in bytes: its largest logit, the sum of the weights, gZ . Z. */
export const LARGEST: usize = 0;
export const TOTAL: usize = 4;
export const EXPECTED: usize = 8;

/**
 * No weight is below exp(-40) = 4e-18 of the largest one: far below what rounding leaves of it in any sum, and products of
 * smaller ones would be denormal numbers, which are a hundred times slower.
 */
const LEAST_EXPONENT: f32 = -40;

/**
 * exp(x) = 2^n exp(r), n = round(x / ln 2), r = x - n ln 2. exp(r) is the polynomial of degree 5 with the least relative
 * error on |r| <= ln 2 / 2 (7.5e-8, by Remez's exchange). ROUNDER as in lib/math.ts.
 */
const CONSTANTS = memory.data<f32>([
  LEAST_EXPONENT,
  Mathf.LOG2E,
  12583039,
  Mathf.LN2,
  0.008297647966407784,
  0.0419154314347631,
  0.16667575091030104,
  0.4999889441345769,
  0.9999996918074177,
  1.000000071696984,
]);

/** Constant number `i` in all lanes: loaded once, before the loop that uses it. */
@inline
export function constant(i: usize): v128 {
  return v128.load32_splat(CONSTANTS + floats(i));
}

/** exp(x) for x of at most zero, but not less than exp(LEAST_EXPONENT); NaN stays NaN. The others are `constant` 0 … 9. */
@inline
export function weight(
  x: v128,
  least: v128,
  log2e: v128,
  rounder: v128,
  ln2: v128,
  c5: v128,
  c4: v128,
  c3: v128,
  c2: v128,
  c1: v128,
  c0: v128,
): v128 {
  x = f32x4.pmax(x, least);
  const shifted = f32x4.relaxed_madd(x, log2e, rounder);
  const r = f32x4.relaxed_nmadd(f32x4.sub(shifted, rounder), ln2, x);
  let p = f32x4.relaxed_madd(c5, r, c4);
  p = f32x4.relaxed_madd(p, r, c3);
  p = f32x4.relaxed_madd(p, r, c2);
  p = f32x4.relaxed_madd(p, r, c1);
  p = f32x4.relaxed_madd(p, r, c0);
  return f32x4.mul(p, i32x4.shl(shifted, 23));
}

/** The largest number of a run of `count`, a multiple of 16. NaN may be passed over: it shows in the sum of the exponentials. */
// biome-ignore format: a pair of vectors a line
function largestOf(run: usize, count: i32): f32 {
  const end = run + floats(count);
  let m0 = v128.load(run), m1 = v128.load(run, 16), m2 = v128.load(run, 32), m3 = v128.load(run, 48);
  for (let at = run + 64; at < end; at += 64) {
    m0 = f32x4.relaxed_max(m0, v128.load(at)); m1 = f32x4.relaxed_max(m1, v128.load(at, 16));
    m2 = f32x4.relaxed_max(m2, v128.load(at, 32)); m3 = f32x4.relaxed_max(m3, v128.load(at, 48));
  }
  v128.store(spare, m1, 16); v128.store(spare, m0); v128.store(spare, m3, 48); v128.store(spare, m2, 32);
  return max4(f32x4.max(f32x4.max(v128.load(spare), v128.load(spare, 16)), f32x4.max(v128.load(spare, 32), v128.load(spare, 48))));
}

/** exp(x - max(x)) in place, for a run of `count` logits, a multiple of 16; keeps the largest and the sum. */
// biome-ignore format: a pair of vectors a line
export function exponentials(run: usize, count: i32, kept: usize): void {
  const k0 = constant(0), k1 = constant(1), k2 = constant(2), k3 = constant(3), k4 = constant(4);
  const k5 = constant(5), k6 = constant(6), k7 = constant(7), k8 = constant(8), k9 = constant(9);
  const end = run + floats(count);
  const largest = largestOf(run, count);
  const top = f32x4.splat(largest);
  let total0 = f32x4.splat(0), total1 = f32x4.splat(0);
  for (let at = run; at < end; at += 64) {
    const e0 = weight(f32x4.sub(v128.load(at), top), k0, k1, k2, k3, k4, k5, k6, k7, k8, k9);
    const e1 = weight(f32x4.sub(v128.load(at, 16), top), k0, k1, k2, k3, k4, k5, k6, k7, k8, k9);
    const e2 = weight(f32x4.sub(v128.load(at, 32), top), k0, k1, k2, k3, k4, k5, k6, k7, k8, k9);
    const e3 = weight(f32x4.sub(v128.load(at, 48), top), k0, k1, k2, k3, k4, k5, k6, k7, k8, k9);
    v128.store(at, e1, 16); v128.store(at, e0); v128.store(at, e3, 48); v128.store(at, e2, 32);
    total0 = f32x4.add(total0, f32x4.add(e0, e2)); total1 = f32x4.add(total1, f32x4.add(e1, e3));
  }
  v128.store(spare, total1, 16); v128.store(spare, total0);
  f32.store(kept + LARGEST, largest);
  f32.store(kept + TOTAL, sum4(f32x4.add(v128.load(spare), v128.load(spare, 16))));
}

/** Runs of `count` numbers, a multiple of 16: logits to softmax w_ij; d: a_ij to w_ij (a_ij - gZ_i . Z_i). */
// biome-ignore format: a pair of vectors a line
export function softmaxGrad(weights: usize, d: usize, count: i32, kept: usize): void {
  const k0 = constant(0), k1 = constant(1), k2 = constant(2), k3 = constant(3), k4 = constant(4);
  const k5 = constant(5), k6 = constant(6), k7 = constant(7), k8 = constant(8), k9 = constant(9);
  const end = weights + floats(count);
  const top = f32x4.splat(f32.load(kept + LARGEST)), scale = f32x4.splat(<f32>1 / f32.load(kept + TOTAL));
  const expected = f32x4.splat(f32.load(kept + EXPECTED));
  for (; weights < end; weights += 64, d += 64) {
    const e0 = weight(f32x4.sub(v128.load(weights), top), k0, k1, k2, k3, k4, k5, k6, k7, k8, k9);
    const e1 = weight(f32x4.sub(v128.load(weights, 16), top), k0, k1, k2, k3, k4, k5, k6, k7, k8, k9);
    const e2 = weight(f32x4.sub(v128.load(weights, 32), top), k0, k1, k2, k3, k4, k5, k6, k7, k8, k9);
    const e3 = weight(f32x4.sub(v128.load(weights, 48), top), k0, k1, k2, k3, k4, k5, k6, k7, k8, k9);
    const w0 = f32x4.mul(e0, scale), w1 = f32x4.mul(e1, scale), w2 = f32x4.mul(e2, scale), w3 = f32x4.mul(e3, scale);
    const a0 = f32x4.sub(v128.load(d), expected), a1 = f32x4.sub(v128.load(d, 16), expected);
    const a2 = f32x4.sub(v128.load(d, 32), expected), a3 = f32x4.sub(v128.load(d, 48), expected);
    v128.store(weights, w1, 16); v128.store(weights, w0); v128.store(weights, w3, 48); v128.store(weights, w2, 32);
    v128.store(d, f32x4.mul(w1, a1), 16); v128.store(d, f32x4.mul(w0, a0));
    v128.store(d, f32x4.mul(w3, a3), 48); v128.store(d, f32x4.mul(w2, a2), 32);
  }
}
