// Short runs of numbers. memory.copy and memory.fill leave WebAssembly, which takes longer than a short run does.

import { floats } from './floats';

/** Runs that are longer than this many numbers are left to memory.copy and memory.fill. */
const LONG: i32 = 256;

export function copyRun(to: usize, from: usize, count: i32): void {
  if (count > LONG) {
    memory.copy(to, from, floats(count));
    return;
  }
  if (count < 4) {
    for (let i = 0; i < count; i++) f32.store(to + floats(i), f32.load(from + floats(i)));
    return;
  }
  // The last four numbers as one vector, which may repeat some.
  const end = floats(count - 4);
  const tail = v128.load(from + end);
  for (let at: usize = 0; at < end; at += 16) v128.store(to + at, v128.load(from + at));
  v128.store(to + end, tail);
}

/** to += from */
export function addRun(to: usize, from: usize, count: i32): void {
  if (count < 4) {
    for (let i = 0; i < count; i++) {
      const at = floats(i);
      f32.store(to + at, f32.load(to + at) + f32.load(from + at));
    }
    return;
  }
  const end = floats(count - 4);
  const tail = f32x4.add(v128.load(to + end), v128.load(from + end));
  for (let at: usize = 0; at < end; at += 16)
    v128.store(to + at, f32x4.add(v128.load(to + at), v128.load(from + at)));
  v128.store(to + end, tail);
}

export function fillRun(to: usize, count: i32, value: f32): void {
  const values = f32x4.splat(value);
  let i = 0;
  for (; i + 4 <= count; i += 4) v128.store(to + floats(i), values);
  for (; i < count; i++) f32.store(to + floats(i), value);
}

/** Multiplies a run by a factor; `count` is a multiple of 4. */
export function scaleRun(to: usize, count: i32, factor: f32): void {
  const end = to + floats(count);
  const factors = f32x4.splat(factor);
  for (; to < end; to += 16) v128.store(to, f32x4.mul(v128.load(to), factors));
}

/** to = from - to; `count` is a multiple of 4. */
export function subtractFrom(from: usize, to: usize, count: i32): void {
  const end = to + floats(count);
  for (; to < end; to += 16, from += 16) v128.store(to, f32x4.sub(v128.load(from), v128.load(to)));
}

/** Stores the first `count` numbers of a vector, at most three. */
export function storeLanes(to: usize, v: v128, count: i32): void {
  if (count > 0) v128.store_lane<f32>(to, v, 0, 0);
  if (count > 1) v128.store_lane<f32>(to, v, 1, 4);
  if (count > 2) v128.store_lane<f32>(to, v, 2, 8);
}

/** Stores two vectors as channels c … c + 7 of the C at `to`, as far as there are so many. */
@inline
export function store8(to: usize, c: i32, C: i32, v0: v128, v1: v128): void {
  const at = to + floats(c);
  if (c + 8 <= C) {
    v128.store(at, v1, 16);
    v128.store(at, v0);
  } else if (c + 4 <= C) {
    v128.store(at, v0);
    storeLanes(at + 16, v1, C - c - 4);
  } else {
    storeLanes(at, v0, C - c);
  }
}
