// Element-wise kernels: four numbers a step. Every value has room up to the next multiple of 16 elements, so the
// last vector may be computed whole. A scalar argument is a step of zero and a repeated load.

import { exp4 } from './math';
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

/** args: operation, x, y, n */
export function unary(args: usize, thread: i32, threads: i32): void {
  const operation = integer(args, 0), n = integer(args, 3);
  const first = firstElement(n, thread, threads);
  let x = pointer(args, 1) + (<usize>first << 2), y = pointer(args, 2) + (<usize>first << 2);
  const end = pointer(args, 1) + (<usize>firstElement(n, thread + 1, threads) << 2);
  switch (operation) {
    case NEG: for (; x < end; x += 16, y += 16) v128.store(y, f32x4.neg(v128.load(x))); break;
    case EXP: for (; x < end; x += 16, y += 16) v128.store(y, exp4(v128.load(x))); break;
    case LOG: for (; x < end; x += 4, y += 4) f32.store(y, Mathf.log(f32.load(x))); break;
    case SQRT: for (; x < end; x += 16, y += 16) v128.store(y, f32x4.sqrt(v128.load(x))); break;
    case RELU: for (; x < end; x += 16, y += 16) v128.store(y, f32x4.max(v128.load(x), f32x4.splat(0))); break;
    default: unreachable();
  }
}

export const ADD: i32 = 0;
export const SUB: i32 = 1;
export const MUL: i32 = 2;
export const DIV: i32 = 3;
export const MAXIMUM: i32 = 4;
export const MINIMUM: i32 = 5;
export const GREATER: i32 = 6;

/** args: operation, a, b, y, n, whether a is a scalar, whether b is */
export function binary(args: usize, thread: i32, threads: i32): void {
  const operation = integer(args, 0), n = integer(args, 4);
  const aScalar = integer(args, 5) != 0, bScalar = integer(args, 6) != 0;
  const first = <usize>firstElement(n, thread, threads) << 2;
  const end = <usize>firstElement(n, thread + 1, threads) << 2;
  const a = pointer(args, 1), b = pointer(args, 2), y = pointer(args, 3);
  // Read once, as the result may be written over it.
  const a0 = v128.load32_splat(a), b0 = v128.load32_splat(b);
  for (let i = first; i < end; i += 16) {
    const left = aScalar ? a0 : v128.load(a + i);
    const right = bScalar ? b0 : v128.load(b + i);
    v128.store(y + i, apply(operation, left, right));
  }
}

function apply(operation: i32, a: v128, b: v128): v128 {
  switch (operation) {
    case ADD: return f32x4.add(a, b);
    case SUB: return f32x4.sub(a, b);
    case MUL: return f32x4.mul(a, b);
    case DIV: return f32x4.div(a, b);
    case MAXIMUM: return f32x4.max(a, b);
    case MINIMUM: return f32x4.min(a, b);
    default: return v128.and(f32x4.gt(a, b), f32x4.splat(1));
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
