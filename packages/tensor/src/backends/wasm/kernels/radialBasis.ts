// Sums of Gaussians by hand: eight channels of a pixel side by side, and no exponential where all of them are far from a centre.
// What a weight of such a centre is, NaN included, is not looked at.

import { floats } from './lib/floats';
import { expInRange } from './lib/math';
import { store8 } from './lib/runs';
import { firstItem } from './lib/work';

/** The exponent from which on a Gaussian is left out: e^-20 is 2e-9, a thirtieth of what float32 rounds. */
const FAR: f32 = -20;

/**
 * y[i, c] = sum_j weights[j, c] exp(-(x[i, c] - centres[j])² precision / 2), or its slope in x, of J centres; the precision is
 * 1 / width². Items: rows.
 */
export function radialBasis(
  x: usize,
  weights: usize,
  centres: usize,
  y: usize,
  rows: i32,
  C: i32,
  J: i32,
  isSlope: bool,
  precision: f32,
  thread: i32,
  threads: i32,
): void {
  const half = f32x4.splat(-0.5 * precision);
  const slope = f32x4.splat(-precision);
  const bytes = floats(C);
  const far = f32x4.splat(FAR);
  const last = firstItem(rows, thread + 1, threads);
  for (let row = firstItem(rows, thread, threads); row < last; row++) {
    const from = x + <usize>row * bytes;
    for (let c = 0; c < C; c += 8) {
      const at = floats(c);
      const a = v128.load(from + at);
      const b = v128.load(from + at, 16);
      let sumA = f32x4.splat(0);
      let sumB = f32x4.splat(0);
      for (let j = 0; j < J; j++) {
        const centre = v128.load32_splat(centres + floats(j));
        const toA = f32x4.sub(a, centre);
        const toB = f32x4.sub(b, centre);
        const exponentA = f32x4.mul(f32x4.mul(toA, toA), half);
        const exponentB = f32x4.mul(f32x4.mul(toB, toB), half);
        // NaN is not far.
        const isFarA = f32x4.lt(exponentA, far);
        const isFarB = f32x4.lt(exponentB, far);
        if (i32x4.all_true(v128.and(isFarA, isFarB))) continue;
        const weight = weights + <usize>j * bytes + at;
        let bumpA = bump(exponentA);
        let bumpB = bump(exponentB);
        if (isSlope) {
          bumpA = f32x4.mul(bumpA, f32x4.mul(toA, slope));
          bumpB = f32x4.mul(bumpB, f32x4.mul(toB, slope));
        }
        // Left out as well where a channel beside is near: what a channel gets is its own alone.
        const weightA = v128.andnot(v128.load(weight), isFarA);
        const weightB = v128.andnot(v128.load(weight, 16), isFarB);
        sumA = f32x4.relaxed_madd(weightA, v128.andnot(bumpA, isFarA), sumA);
        sumB = f32x4.relaxed_madd(weightB, v128.andnot(bumpB, isFarB), sumB);
      }
      store8(y + <usize>row * bytes, c, C, sumA, sumB);
    }
  }
}

/** exp(x) for x of at most 0; what is far is something finite, which is left out. */
@inline
function bump(x: v128): v128 {
  return expInRange(f32x4.max(x, f32x4.splat(-87)));
}
