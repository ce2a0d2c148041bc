// exp for four numbers at once, by Cephes' method: exp(x) = 2^n exp(r), r = x - n ln 2 in [-0.35, 0.35],
// exp(r) by a polynomial of degree 7. Measured against float64 over [-87, 88]: relative error below 2e-7.

import { floats } from './floats';

const LOG2_E: f32 = Mathf.LOG2E;
/** ln 2 in two parts, so that n times the first one is exact. */
const LN2_HIGH: f32 = 0.693359375;
const LN2_LOW: f32 = -2.1219444e-4;
/** Below this exp is zero here (it would be a denormal number), above the other it is infinite. */
const SMALLEST: f32 = -87.3;
const LARGEST: f32 = 88.72;
/**
 * 1.5 · 2^23 + 127: adding it leaves no room for a fraction, so it rounds to the nearest whole number, and the lowest
 * bits of the sum are n + 127: the exponent of 2^n, which only has to be moved to its place.
 */
const ROUNDER: f32 = 12583039;

/**
 * The constants in memory. Written out in the code, each of them would be put together from two 64-bit halves every
 * time, which takes longer than the arithmetic.
 */
const CONSTANTS = memory.data<f32>([
  LOG2_E,
  ROUNDER,
  LN2_HIGH,
  LN2_LOW,
  1.98756915e-4,
  1.3981999507e-3,
  8.3334519073e-3,
  4.1665795894e-2,
  1.6666665459e-1,
  5.0000001201e-1,
  1,
]);

/** exp(x) for x in [-87.3, 88.3]; NaN stays NaN. */
export function expInRange(x: v128): v128 {
  const rounder = v128.load32_splat(CONSTANTS, 4);
  const shifted = f32x4.relaxed_madd(x, v128.load32_splat(CONSTANTS), rounder);
  const n = f32x4.sub(shifted, rounder);
  let r = f32x4.relaxed_nmadd(n, v128.load32_splat(CONSTANTS, 8), x);
  r = f32x4.relaxed_nmadd(n, v128.load32_splat(CONSTANTS, 12), r);
  let p = v128.load32_splat(CONSTANTS, 16);
  p = f32x4.relaxed_madd(p, r, v128.load32_splat(CONSTANTS, 20));
  p = f32x4.relaxed_madd(p, r, v128.load32_splat(CONSTANTS, 24));
  p = f32x4.relaxed_madd(p, r, v128.load32_splat(CONSTANTS, 28));
  p = f32x4.relaxed_madd(p, r, v128.load32_splat(CONSTANTS, 32));
  p = f32x4.relaxed_madd(p, r, v128.load32_splat(CONSTANTS, 36));
  p = f32x4.add(f32x4.relaxed_madd(f32x4.mul(r, r), p, r), v128.load32_splat(CONSTANTS, 40));
  return f32x4.mul(p, i32x4.shl(shifted, 23));
}

/** exp(x) for any x. */
export function exp4(x: v128): v128 {
  const y = expInRange(f32x4.max(f32x4.min(x, f32x4.splat(88.3)), f32x4.splat(SMALLEST)));
  const finite = v128.and(y, f32x4.ge(x, f32x4.splat(SMALLEST)));
  // Between 88.3 and the largest exponent: exp(x) = exp(x - 1) e.
  const upper = f32x4.mul(
    expInRange(f32x4.min(f32x4.sub(x, f32x4.splat(1)), f32x4.splat(88))),
    f32x4.splat(Mathf.E),
  );
  const above = v128.bitselect(f32x4.splat(Infinity), upper, f32x4.gt(x, f32x4.splat(LARGEST)));
  const any = v128.bitselect(above, finite, f32x4.gt(x, f32x4.splat(88.3)));
  return v128.bitselect(any, x, f32x4.eq(x, x)); // NaN stays NaN
}

/** exp(x) - 1 for any x: near 0 by exp's polynomial without its 1. Of -0 it is -0, which the sum makes 0. */
export function expm14(x: v128): v128 {
  let p = v128.load32_splat(CONSTANTS, 16);
  p = f32x4.relaxed_madd(p, x, v128.load32_splat(CONSTANTS, 20));
  p = f32x4.relaxed_madd(p, x, v128.load32_splat(CONSTANTS, 24));
  p = f32x4.relaxed_madd(p, x, v128.load32_splat(CONSTANTS, 28));
  p = f32x4.relaxed_madd(p, x, v128.load32_splat(CONSTANTS, 32));
  p = f32x4.relaxed_madd(p, x, v128.load32_splat(CONSTANTS, 36));
  const sum = f32x4.relaxed_madd(f32x4.mul(x, x), p, x);
  const near = v128.or(sum, v128.and(x, f32x4.splat(-0.0)));
  return v128.bitselect(near, f32x4.sub(exp4(x), f32x4.splat(1)), f32x4.lt(f32x4.abs(x), f32x4.splat(0.35)));
}

/** The sum of a vector's four numbers. */
export function sum4(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) +
    f32x4.extract_lane(v, 1) +
    (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
  );
}

/** The largest of a vector's four numbers. */
export function max4(v: v128): f32 {
  return max(
    max(f32x4.extract_lane(v, 0), f32x4.extract_lane(v, 1)),
    max(f32x4.extract_lane(v, 2), f32x4.extract_lane(v, 3)),
  );
}

/** The inner product of two runs of numbers. */
export function dot(a: usize, b: usize, count: i32): f32 {
  let products = f32x4.splat(0);
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    products = f32x4.relaxed_madd(v128.load(a + floats(i)), v128.load(b + floats(i)), products);
  }
  let total = sum4(products);
  for (; i < count; i++) total += f32.load(a + floats(i)) * f32.load(b + floats(i));
  return total;
}
