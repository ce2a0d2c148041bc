// Adam by hand: three outputs in one pass, which block by block would take three times as long.

import { firstItem, integer, pointer, real } from './work';

/** Elements that a thread takes at a time: a cache line. */
const LINE: i32 = 16;

function firstElement(n: i32, thread: i32, threads: i32): i32 {
  return firstItem((n + LINE - 1) / LINE, thread, threads) * LINE;
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
