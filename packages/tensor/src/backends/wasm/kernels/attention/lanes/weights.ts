// Logits to weights and back for one pixel of each lane (lanes.ts): all numbers are vectors.

import { KEPT_IN_LANES } from '../../constants';
import { constant, weight } from '../weights';
import { VECTOR } from './lanes';

/** What is kept of a pixel: its largest logit, the sum of the weights, gZ . Z. */
export const LARGEST: usize = 0;
export const TOTAL: usize = VECTOR;
export const EXPECTED: usize = 2 * VECTOR;
/** Bytes that are kept of a pixel. */
export const KEPT_BYTES: usize = <usize>KEPT_IN_LANES * sizeof<f32>();

/** Adds `stored` to a run of `count` vectors. */
export function addVectors(run: usize, stored: usize, count: i32): void {
  const end = run + <usize>count * VECTOR;
  for (; run < end; run += VECTOR, stored += VECTOR) {
    const v0 = f32x4.add(v128.load(run), v128.load(stored));
    const v1 = f32x4.add(v128.load(run, 16), v128.load(stored, 16));
    v128.store(run, v1, 16);
    v128.store(run, v0);
  }
}

export function copyVectors(to: usize, from: usize, count: i32): void {
  for (const end = to + <usize>count * VECTOR; to < end; to += VECTOR, from += VECTOR) {
    const v0 = v128.load(from);
    const v1 = v128.load(from, 16);
    v128.store(to, v1, 16);
    v128.store(to, v0);
  }
}

/** Subtracts a run from `stored`, in place of the run. */
export function subtractVectors(run: usize, stored: usize, count: i32): void {
  const end = run + <usize>count * VECTOR;
  for (; run < end; run += VECTOR, stored += VECTOR) {
    const v0 = f32x4.sub(v128.load(stored), v128.load(run));
    const v1 = f32x4.sub(v128.load(stored, 16), v128.load(run, 16));
    v128.store(run, v1, 16);
    v128.store(run, v0);
  }
}

/** exp(x - max(x)) in place of a run of `count` logits, an odd number; keeps the largest and the sum. */
export function exponentials(run: usize, count: i32, kept: usize): void {
  const k0 = constant(0);
  const k1 = constant(1);
  const k2 = constant(2);
  const k3 = constant(3);
  const k4 = constant(4);
  const k5 = constant(5);
  const k6 = constant(6);
  const k7 = constant(7);
  const k8 = constant(8);
  const k9 = constant(9);
  const end = run + <usize>count * VECTOR;
  let top0 = v128.load(run);
  let top1 = v128.load(run, 16);
  let next0 = top0;
  let next1 = top1;
  for (let at = run + VECTOR; at < end; at += 2 * VECTOR) {
    top0 = f32x4.relaxed_max(top0, v128.load(at));
    top1 = f32x4.relaxed_max(top1, v128.load(at, 16));
    next0 = f32x4.relaxed_max(next0, v128.load(at, 32));
    next1 = f32x4.relaxed_max(next1, v128.load(at, 48));
  }
  top0 = f32x4.relaxed_max(top0, next0);
  top1 = f32x4.relaxed_max(top1, next1);
  v128.store(kept, top1, LARGEST + 16);
  v128.store(kept, top0, LARGEST);
  let total0 = f32x4.splat(0);
  let total1 = total0;
  for (let at = run; at < end; at += VECTOR) {
    const e0 = weight(f32x4.sub(v128.load(at), top0), k0, k1, k2, k3, k4, k5, k6, k7, k8, k9);
    const e1 = weight(f32x4.sub(v128.load(at, 16), top1), k0, k1, k2, k3, k4, k5, k6, k7, k8, k9);
    v128.store(at, e1, 16);
    v128.store(at, e0);
    total0 = f32x4.add(total0, e0);
    total1 = f32x4.add(total1, e1);
  }
  v128.store(kept, total1, TOTAL + 16);
  v128.store(kept, total0, TOTAL);
}

/** A run of softmax weights w_ij from logits; d: a_ij to w_ij (a_ij - gZ_i . Z_i). */
export function softmaxGrad(weights: usize, d: usize, logits: usize, count: i32, kept: usize): void {
  const k0 = constant(0);
  const k1 = constant(1);
  const k2 = constant(2);
  const k3 = constant(3);
  const k4 = constant(4);
  const k5 = constant(5);
  const k6 = constant(6);
  const k7 = constant(7);
  const k8 = constant(8);
  const k9 = constant(9);
  const one = f32x4.splat(1);
  const top0 = v128.load(kept, LARGEST);
  const top1 = v128.load(kept, LARGEST + 16);
  const scale0 = f32x4.div(one, v128.load(kept, TOTAL));
  const scale1 = f32x4.div(one, v128.load(kept, TOTAL + 16));
  const expected0 = v128.load(kept, EXPECTED);
  const expected1 = v128.load(kept, EXPECTED + 16);
  const end = weights + <usize>count * VECTOR;
  for (; weights < end; weights += VECTOR, d += VECTOR, logits += VECTOR) {
    const e0 = weight(f32x4.sub(v128.load(logits), top0), k0, k1, k2, k3, k4, k5, k6, k7, k8, k9);
    const e1 = weight(f32x4.sub(v128.load(logits, 16), top1), k0, k1, k2, k3, k4, k5, k6, k7, k8, k9);
    const w0 = f32x4.mul(e0, scale0);
    const w1 = f32x4.mul(e1, scale1);
    const d0 = f32x4.mul(w0, f32x4.sub(v128.load(d), expected0));
    const d1 = f32x4.mul(w1, f32x4.sub(v128.load(d, 16), expected1));
    v128.store(weights, w1, 16);
    v128.store(weights, w0);
    v128.store(d, d1, 16);
    v128.store(d, d0);
  }
}

/** The same for the mean: the weights are the logits divided by their number, and so is a_ij. */
export function meanGrad(weights: usize, d: usize, logits: usize, count: i32): void {
  const scale = f32x4.splat(<f32>1 / <f32>count);
  const end = weights + <usize>count * VECTOR;
  for (; weights < end; weights += VECTOR, d += VECTOR, logits += VECTOR) {
    const w0 = f32x4.mul(v128.load(logits), scale);
    const w1 = f32x4.mul(v128.load(logits, 16), scale);
    const d0 = f32x4.mul(v128.load(d), scale);
    const d1 = f32x4.mul(v128.load(d, 16), scale);
    v128.store(weights, w1, 16);
    v128.store(weights, w0);
    v128.store(d, d1, 16);
    v128.store(d, d0);
  }
}

/** Divides a run of vectors by one of them. */
export function divideVectors(run: usize, count: i32, by: usize): void {
  const one = f32x4.splat(1);
  const f0 = f32x4.div(one, v128.load(by));
  const f1 = f32x4.div(one, v128.load(by, 16));
  const end = run + <usize>count * VECTOR;
  for (; run < end; run += VECTOR) {
    const v0 = f32x4.mul(v128.load(run), f0);
    const v1 = f32x4.mul(v128.load(run, 16), f1);
    v128.store(run, v1, 16);
    v128.store(run, v0);
  }
}
