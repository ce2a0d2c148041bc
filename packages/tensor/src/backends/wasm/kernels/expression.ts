// Expressions, block by block: a block's values go through all operations while they lie in L1, in registers of the thread's
// own spare memory, so that what is between inputs and outputs needs no memory traffic. Every value has room up to the next
// multiple of 16 elements, so the last vector may be computed whole.

import { END, IN_MEMORY, LINE_BYTES, SCALAR } from './constants';
import { floats } from './lib/floats';
import { exp4, expm14 } from './lib/math';
import { copyRun, fillRun } from './lib/runs';
import { registers } from './lib/tile';
import { firstItem } from './lib/work';
import {
  ABS,
  ADD,
  CONSTANT,
  COPY,
  DIV,
  EXP,
  EXPM1,
  GATHER,
  GREATER,
  LOG,
  MAXIMUM,
  MINIMUM,
  MUL,
  NEG,
  POW,
  SELECT,
  SQRT,
  SUB,
} from './operations';

/**
 * Elementwise outputs: n elements, of which threads share out units of `unit`, in blocks of `block`, a multiple of it; items:
 * units. Operations of what is the same for all blocks, END, those of each block, END.
 */
export function evaluate(n: i32, unit: i32, block: i32, operations: usize, thread: i32, threads: i32): void {
  const units = (n + unit - 1) / unit;
  const last = min(firstItem(units, thread + 1, threads) * unit, n);
  let first = firstItem(units, thread, threads) * unit;
  if (first >= last) return;
  const each = run(operations, 0, block);
  for (; first < last; first += block) run(each, first, min(block, last - first));
}

const LINE: usize = LINE_BYTES;

/** Runs operations for `count` elements from `first` on; returns what stands behind them. */
export function run(at: usize, first: i32, count: i32): usize {
  const whole = (floats(count) + LINE - 1) & ~(LINE - 1);
  for (; load<i32>(at) !== END; at += <usize>load<i32>(at, 4) * sizeof<i32>()) {
    const code = load<i32>(at);
    const y = addressOf(at + 8, first);
    const end = y + (load<i32>(at, 12) === SCALAR ? LINE : whole);
    if (code <= SQRT) unary(code, y, end, addressOf(at + 16, first));
    else if (code <= POW) {
      binary(
        code,
        y,
        end,
        addressOf(at + 16, first),
        stepOf(at + 16),
        addressOf(at + 24, first),
        stepOf(at + 24),
      );
    } else if (code === SELECT) {
      select3(
        y,
        end,
        addressOf(at + 16, first),
        stepOf(at + 16),
        addressOf(at + 24, first),
        stepOf(at + 24),
        addressOf(at + 32, first),
        stepOf(at + 32),
      );
    } else if (code === COPY) copy(y, end, addressOf(at + 16, first), stepOf(at + 16));
    else if (code === GATHER) gather(at, y, first, count);
    else
      spread(y, end, code === CONSTANT ? v128.load32_splat(at, 16) : v128.load32_splat(load<usize>(at, 16)));
  }
  return at + 4;
}

function addressOf(operand: usize, first: i32): usize {
  const address = load<usize>(operand);
  return load<i32>(operand, 4) === IN_MEMORY ? address + floats(first) : registers + address;
}

function stepOf(operand: usize): usize {
  return load<i32>(operand, 4) === SCALAR ? 0 : LINE;
}

/** Stores a line: of what V8 joins the second half first, see lib/tile.ts. */
@inline
function store4(y: usize, y0: v128, y1: v128, y2: v128, y3: v128): void {
  v128.store(y, y1, 16);
  v128.store(y, y0);
  v128.store(y, y3, 48);
  v128.store(y, y2, 32);
}

function copy(y: usize, end: usize, a: usize, step: usize): void {
  for (; y < end; y += LINE, a += step) {
    store4(y, v128.load(a), v128.load(a, 16), v128.load(a, 32), v128.load(a, 48));
  }
}

function spread(y: usize, end: usize, value: v128): void {
  for (; y < end; y += 16) v128.store(y, value);
}

/** A function of one vector; its code is known where this is compiled, as in what follows. */
@inline
function ofOne(code: i32, a: v128): v128 {
  if (code === NEG) return f32x4.neg(a);
  if (code === ABS) return f32x4.abs(a);
  if (code === EXP) return exp4(a);
  if (code === EXPM1) return expm14(a);
  return f32x4.sqrt(a);
}

// What is loaded and stored in neighbouring pairs V8 may join, see lib/tile.ts.
@inline
function eachOne(code: i32, y: usize, end: usize, a: usize): void {
  for (; y < end; y += LINE, a += LINE) {
    const y0 = ofOne(code, v128.load(a));
    const y1 = ofOne(code, v128.load(a, 16));
    const y2 = ofOne(code, v128.load(a, 32));
    const y3 = ofOne(code, v128.load(a, 48));
    store4(y, y0, y1, y2, y3);
  }
}

function unary(code: i32, y: usize, end: usize, a: usize): void {
  // biome-ignore format: a case a line
  switch (code) {
    case NEG: eachOne(NEG, y, end, a); break;
    case ABS: eachOne(ABS, y, end, a); break;
    case EXP: for (; y < end; y += 16, a += 16) v128.store(y, exp4(v128.load(a))); break;
    case EXPM1: for (; y < end; y += 16, a += 16) v128.store(y, expm14(v128.load(a))); break;
    case LOG: for (; y < end; y += 4, a += 4) f32.store(y, Mathf.log(f32.load(a))); break;
    case SQRT: eachOne(SQRT, y, end, a); break;
    default: unreachable();
  }
}

@inline
function ofTwo(code: i32, a: v128, b: v128): v128 {
  if (code === ADD) return f32x4.add(a, b);
  if (code === SUB) return f32x4.sub(a, b);
  if (code === MUL) return f32x4.mul(a, b);
  if (code === DIV) return f32x4.div(a, b);
  if (code === MAXIMUM) return f32x4.max(a, b);
  if (code === MINIMUM) return f32x4.min(a, b);
  return v128.and(f32x4.gt(a, b), f32x4.splat(1));
}

@inline
function eachTwo(code: i32, y: usize, end: usize, a: usize, aStep: usize, b: usize, bStep: usize): void {
  for (; y < end; y += LINE, a += aStep, b += bStep) {
    const y0 = ofTwo(code, v128.load(a), v128.load(b));
    const y1 = ofTwo(code, v128.load(a, 16), v128.load(b, 16));
    const y2 = ofTwo(code, v128.load(a, 32), v128.load(b, 32));
    const y3 = ofTwo(code, v128.load(a, 48), v128.load(b, 48));
    store4(y, y0, y1, y2, y3);
  }
}

function binary(code: i32, y: usize, end: usize, a: usize, aStep: usize, b: usize, bStep: usize): void {
  // biome-ignore format: a case a line
  switch (code) {
    case ADD: eachTwo(ADD, y, end, a, aStep, b, bStep); break;
    case SUB: eachTwo(SUB, y, end, a, aStep, b, bStep); break;
    case MUL: eachTwo(MUL, y, end, a, aStep, b, bStep); break;
    case DIV: eachTwo(DIV, y, end, a, aStep, b, bStep); break;
    case MAXIMUM: eachTwo(MAXIMUM, y, end, a, aStep, b, bStep); break;
    case MINIMUM: eachTwo(MINIMUM, y, end, a, aStep, b, bStep); break;
    case GREATER: eachTwo(GREATER, y, end, a, aStep, b, bStep); break;
    case POW: power(y, end, a, aStep, b, bStep); break;
    default: unreachable();
  }
}

function power(y: usize, end: usize, a: usize, aStep: usize, b: usize, bStep: usize): void {
  for (; y < end; y += LINE, a += aStep, b += bStep) {
    for (let i: usize = 0; i < LINE; i += 4)
      f32.store(y + i, <f32>(<f64>f32.load(a + i) ** <f64>f32.load(b + i)));
  }
}

/** y = a where the condition is not 0, else b. */
function select3(
  y: usize,
  end: usize,
  c: usize,
  cStep: usize,
  a: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
): void {
  const zero = f32x4.splat(0);
  for (; y < end; y += LINE, c += cStep, a += aStep, b += bStep) {
    for (let i: usize = 0; i < LINE; i += 16) {
      v128.store(y + i, v128.bitselect(v128.load(a + i), v128.load(b + i), f32x4.ne(v128.load(c + i), zero)));
    }
  }
}

/** Word number `i` of a list. */
@inline
function word(list: usize, i: i32): i32 {
  return load<i32>(list + <usize>i * sizeof<i32>());
}

/** Puts `count` elements of a view, from number `first` on, into y, as far as they lie inside it: row by row. */
function gather(at: usize, y: usize, first: i32, count: i32): void {
  const from = load<usize>(at, 16);
  const rank = word(at, 5);
  const words = <usize>rank * sizeof<i32>();
  const sizes = at + 24;
  const strides = sizes + words;
  const lows = strides + words;
  const highs = lows + words;
  const inner = word(sizes, rank - 1);
  const step = word(strides, rank - 1);
  const low = word(lows, rank - 1);
  const high = word(highs, rank - 1);
  let length = 0;
  for (let done = 0; done < count; done += length) {
    let rest = (first + done) / inner;
    let offset = 0;
    let isInside = true;
    const i = first + done - rest * inner;
    length = min(inner - i, count - done);
    for (let axis = rank - 2; axis >= 0; axis--) {
      const size = word(sizes, axis);
      const outer = rest / size;
      const index = rest - outer * size;
      rest = outer;
      offset += index * word(strides, axis);
      if (index < word(lows, axis) || index >= word(highs, axis)) isInside = false;
    }
    const begin = max(i, low);
    const end = min(i + length, high);
    if (!isInside || end <= begin) continue;
    copySteps(from + floats(offset + begin * step), step, y + floats(done + begin - i), end - begin);
  }
}

function copySteps(from: usize, step: i32, to: usize, count: i32): void {
  if (step === 1) {
    copyRun(to, from, count);
    return;
  }
  if (step === 0) {
    fillRun(to, count, f32.load(from));
    return;
  }
  const bytes = floats(step);
  for (const end = to + floats(count); to < end; to += 4, from += bytes) f32.store(to, f32.load(from));
}

/** y = value, n times; items: cache lines. */
export function fill(y: usize, n: i32, value: f32, thread: i32, threads: i32): void {
  const lines = (n + 15) / 16;
  const values = f32x4.splat(value);
  const end = y + ((<usize>firstItem(lines, thread + 1, threads)) << 6);
  for (let at = y + ((<usize>firstItem(lines, thread, threads)) << 6); at < end; at += 16)
    v128.store(at, values);
}
