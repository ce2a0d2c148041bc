// Element-wise kernels: four numbers a step. Every value has room up to the next multiple of 16 elements, so the
// last vector may be computed whole.

import { exp4 } from './math';
import { spare } from './tile';
import { firstItem, integer, pointer, real } from './work';

/** Elements that a thread takes at a time: a cache line. */
const LINE: i32 = 16;

function firstElement(n: i32, thread: i32, threads: i32): i32 {
  return firstItem((n + LINE - 1) / LINE, thread, threads) * LINE;
}

export const NEG: i32 = 0;
export const EXP: i32 = 1;
export const LOG: i32 = 2;
export const SQRT: i32 = 3;
export const RELU: i32 = 4;
export const ADD: i32 = 5;
export const SUB: i32 = 6;
export const MUL: i32 = 7;
export const DIV: i32 = 8;
export const MAXIMUM: i32 = 9;
export const MINIMUM: i32 = 10;
export const GREATER: i32 = 11;

/** Bytes of each value that a chain works on at a time: those of a few operations stay in L1. */
const BLOCK: usize = 4096;

/** Words of an operation of a chain: operation, a, b, y, whether a is a scalar, whether b is. */
const OPERATION_WORDS: i32 = 6;

/**
 * A chain of operations on n elements each, y = a ∘ b or y = ∘ a: done block by block, so that what one operation writes is
 * read by the next while it lies in L1. A scalar is read at the beginning of each block.
 *
 * args: n, then the operations, OPERATION_WORDS each, then -1; items: cache lines
 */
export function elementwise(args: usize, thread: i32, threads: i32): void {
  const n = integer(args, 0);
  const last = <usize>firstElement(n, thread + 1, threads) << 2;
  for (let first = <usize>firstElement(n, thread, threads) << 2; first < last; first += BLOCK) {
    const bytes = min(BLOCK, last - first);
    for (let i = 1; integer(args, i) >= 0; i += OPERATION_WORDS) {
      let a = pointer(args, i + 1), b = pointer(args, i + 2), aStep: usize = 16, bStep: usize = 16;
      if (integer(args, i + 4) != 0) {
        v128.store(spare, v128.load32_splat(a));
        a = spare;
        aStep = 0;
      } else {
        a += first;
      }
      if (integer(args, i + 5) != 0) {
        v128.store(spare, v128.load32_splat(b), 16);
        b = spare + 16;
        bStep = 0;
      } else {
        b += first;
      }
      apply(integer(args, i), a, aStep, b, bStep, pointer(args, i + 3) + first, bytes);
    }
  }
}

function apply(operation: i32, a: usize, aStep: usize, b: usize, bStep: usize, y: usize, bytes: usize): void {
  const end = y + bytes;
  switch (operation) {
    case NEG: for (; y < end; y += 16, a += aStep) v128.store(y, f32x4.neg(v128.load(a))); break;
    case EXP: for (; y < end; y += 16, a += aStep) v128.store(y, exp4(v128.load(a))); break;
    case LOG: for (; y < end; y += 4, a += 4) f32.store(y, Mathf.log(f32.load(a))); break;
    case SQRT: for (; y < end; y += 16, a += aStep) v128.store(y, f32x4.sqrt(v128.load(a))); break;
    case RELU: for (; y < end; y += 16, a += aStep) v128.store(y, f32x4.max(v128.load(a), f32x4.splat(0))); break;
    case ADD: for (; y < end; y += 16, a += aStep, b += bStep) v128.store(y, f32x4.add(v128.load(a), v128.load(b))); break;
    case SUB: for (; y < end; y += 16, a += aStep, b += bStep) v128.store(y, f32x4.sub(v128.load(a), v128.load(b))); break;
    case MUL: for (; y < end; y += 16, a += aStep, b += bStep) v128.store(y, f32x4.mul(v128.load(a), v128.load(b))); break;
    case DIV: for (; y < end; y += 16, a += aStep, b += bStep) v128.store(y, f32x4.div(v128.load(a), v128.load(b))); break;
    case MAXIMUM: for (; y < end; y += 16, a += aStep, b += bStep) v128.store(y, f32x4.max(v128.load(a), v128.load(b))); break;
    case MINIMUM: for (; y < end; y += 16, a += aStep, b += bStep) v128.store(y, f32x4.min(v128.load(a), v128.load(b))); break;
    case GREATER: {
      const one = f32x4.splat(1);
      for (; y < end; y += 16, a += aStep, b += bStep) v128.store(y, v128.and(f32x4.gt(v128.load(a), v128.load(b)), one));
      break;
    }
    default: unreachable();
  }
}

/** args: y, n, value */
export function fill(args: usize, thread: i32, threads: i32): void {
  const n = integer(args, 1);
  const value = f32x4.splat(real(args, 2));
  const end = pointer(args, 0) + (<usize>firstElement(n, thread + 1, threads) << 2);
  for (let y = pointer(args, 0) + (<usize>firstElement(n, thread, threads) << 2); y < end; y += 16) v128.store(y, value);
}

/**
 * One step of Adam, written over value, m and v or beside them.
 *
 * args: value, gradient, m, v, rate, step, new value, new m, new v, n, beta1, beta2, epsilon
 */
export function adam(args: usize, thread: i32, threads: i32): void {
  const n = integer(args, 9);
  const beta1 = real(args, 10), beta2 = real(args, 11);
  const epsilon = f32x4.splat(real(args, 12));
  const step = <f64>f32.load(pointer(args, 5));
  const rate = f32x4.splat(<f32>(<f64>f32.load(pointer(args, 4)) / (1.0 - Math.pow(<f64>beta1, step))));
  const vScale = f32x4.splat(<f32>(1.0 / (1.0 - Math.pow(<f64>beta2, step))));
  const keepM = f32x4.splat(beta1), takeM = f32x4.splat(<f32>(1.0 - <f64>beta1));
  const keepV = f32x4.splat(beta2), takeV = f32x4.splat(<f32>(1.0 - <f64>beta2));
  const end = <usize>firstElement(n, thread + 1, threads) << 2;
  for (let i = <usize>firstElement(n, thread, threads) << 2; i < end; i += 16) {
    const g = v128.load(pointer(args, 1) + i);
    const m = f32x4.add(f32x4.mul(keepM, v128.load(pointer(args, 2) + i)), f32x4.mul(takeM, g));
    const v = f32x4.add(f32x4.mul(keepV, v128.load(pointer(args, 3) + i)), f32x4.mul(takeV, f32x4.mul(g, g)));
    const width = f32x4.add(f32x4.sqrt(f32x4.mul(v, vScale)), epsilon);
    const value = f32x4.sub(v128.load(pointer(args, 0) + i), f32x4.div(f32x4.mul(rate, m), width));
    v128.store(pointer(args, 6) + i, value);
    v128.store(pointer(args, 7) + i, m);
    v128.store(pointer(args, 8) + i, v);
  }
}
