// Adam by hand: three outputs in one pass, which block by block would take three times as long.

import { floats } from './lib/floats';
import { firstItem } from './lib/work';

/** Elements that a thread takes at a time: a cache line. */
const LINE: i32 = 16;

function firstElement(n: i32, thread: i32, threads: i32): i32 {
  return firstItem((n + LINE - 1) / LINE, thread, threads) * LINE;
}

/** One step of Adam, written over value, m and v or beside them; `rate` and `step` are a number each, the others n. */
export function adam(
  value: usize,
  gradient: usize,
  m: usize,
  v: usize,
  rate: usize,
  step: usize,
  newValue: usize,
  newM: usize,
  newV: usize,
  n: i32,
  beta1: f32,
  beta2: f32,
  epsilon: f32,
  thread: i32,
  threads: i32,
): void {
  const least = f32x4.splat(epsilon);
  const steps = <f64>f32.load(step);
  const mScale = f32x4.splat(<f32>(<f64>f32.load(rate) / (1.0 - <f64>beta1 ** steps)));
  const vScale = f32x4.splat(<f32>(1.0 / (1.0 - <f64>beta2 ** steps)));
  const keepM = f32x4.splat(beta1);
  const takeM = f32x4.splat(<f32>(1.0 - <f64>beta1));
  const keepV = f32x4.splat(beta2);
  const takeV = f32x4.splat(<f32>(1.0 - <f64>beta2));
  const end = floats(firstElement(n, thread + 1, threads));
  for (let i = floats(firstElement(n, thread, threads)); i < end; i += 16) {
    const g = v128.load(gradient + i);
    const first = f32x4.add(f32x4.mul(keepM, v128.load(m + i)), f32x4.mul(takeM, g));
    const second = f32x4.add(f32x4.mul(keepV, v128.load(v + i)), f32x4.mul(takeV, f32x4.mul(g, g)));
    const width = f32x4.add(f32x4.sqrt(f32x4.mul(second, vScale)), least);
    const moved = f32x4.sub(v128.load(value + i), f32x4.div(f32x4.mul(mScale, first), width));
    v128.store(newValue + i, moved);
    v128.store(newM + i, first);
    v128.store(newV + i, second);
  }
}
