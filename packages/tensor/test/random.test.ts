import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Random, seedFrom } from '../src/random.ts';

/** Statistics over N draws lie within this many standard errors; the seed is fixed, so a pass stays a pass. */
const STANDARD_ERRORS = 4;
const N = 100_000;

/** `normal` uses Math.log and Math.cos, whose last bits may differ between engines. */
const LIBM = 1e-14;

const draws = (count: number, draw: () => number) => Array.from({ length: count }, draw);
const mean = (xs: readonly number[]) => xs.reduce((sum, x) => sum + x, 0) / xs.length;

test('the integers of the authors’ C code for the state 1, 2, 3, 4', () => {
  const random = new Random([1, 2, 3, 4]);
  const first = [11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849];
  assert.equal(
    draws(8, () => random.uint32()),
    first,
  );
  for (let i = 9; i < 10_000; i++) random.uint32();
  assert.is(random.uint32(), 4275519364); // the 10000th
});

test('a seed is the beginning of a SHA-256', () => {
  // printf '["noise","01.png",7]' | sha256sum   begins   c563a2e1 9f9f2b9a db13938d 0a9242e5
  assert.equal(seedFrom('noise', '01.png', 7), [0xe1a263c5, 0x9a2b9f9f, 0x8d9313db, 0xe542920a]);
});

test('different parts give different seeds', () => {
  const seeds = [
    seedFrom(7),
    seedFrom('7'),
    seedFrom('ab', 'c'),
    seedFrom('a', 'bc'),
    seedFrom('abc'),
    seedFrom(),
  ];
  assert.is(new Set(seeds.map(String)).size, seeds.length);
  assert.throws(() => seedFrom('a', Number.NaN), /strings and finite numbers, got a, NaN/);
});

test('the first numbers of seed 1', () => {
  const random = new Random(1);
  assert.is(random.uniform(), 0.9159550460905723);
  assert.is(random.uniform(), 0.3712190486389175);
  assert.ok(Math.abs(random.normal() - 0.27059268603403447) < LIBM);
  assert.ok(Math.abs(random.normal() - 0.3150978552628174) < LIBM);
  assert.is(random.integer(10), 6);
});

test('uniform: range, mean, variance and independence of neighbours', () => {
  const random = new Random('uniform');
  const xs = draws(N, () => random.uniform());
  assert.ok(xs.every((x) => x >= 0 && x < 1));
  const variance = 1 / 12;
  assert.ok(Math.abs(mean(xs) - 0.5) < STANDARD_ERRORS * Math.sqrt(variance / N));
  // The fourth central moment is 1/80, so the variance of (x - 1/2)² is 1/80 - 1/144.
  const spread = mean(xs.map((x) => (x - 0.5) ** 2));
  assert.ok(Math.abs(spread - variance) < STANDARD_ERRORS * Math.sqrt((1 / 80 - 1 / 144) / N));
  const lag = mean(xs.slice(1).map((x, i) => (x - 0.5) * (xs[i]! - 0.5)));
  assert.ok(Math.abs(lag) < STANDARD_ERRORS * variance * Math.sqrt(1 / N));
});

test('normal: mean, variance, skewness, kurtosis and tails', () => {
  const random = new Random('normal');
  const xs = draws(N, () => random.normal());
  const moment = (k: number) => mean(xs.map((x) => x ** k));
  // Standard errors of the moments of a normal deviate: sqrt((E x^2k - (E x^k)²) / N).
  for (const [k, expected, variance] of [
    [1, 0, 1],
    [2, 1, 2],
    [3, 0, 15],
    [4, 3, 96],
  ] as const) {
    assert.ok(Math.abs(moment(k) - expected) < STANDARD_ERRORS * Math.sqrt(variance / N), `moment ${k}`);
  }
  const beyond = xs.filter((x) => Math.abs(x) > 1.959964).length / N;
  assert.ok(Math.abs(beyond - 0.05) < STANDARD_ERRORS * Math.sqrt((0.05 * 0.95) / N));
});

test('integer: every value with the same probability', () => {
  const random = new Random('integer');
  const counts = new Array<number>(6).fill(0);
  for (let i = 0; i < N; i++) counts[random.integer(6)]!++;
  for (const count of counts) {
    assert.ok(Math.abs(count - N / 6) < STANDARD_ERRORS * Math.sqrt((N * 5) / 36), String(counts));
  }
});

test('integer: no bias for an n that divides 2³² badly', () => {
  // Without rejection, the lowest third of [0, 3 · 2³⁰) would come twice as often as the others: 1/2, not 1/3.
  const random = new Random('bias');
  const low = draws(N, () => random.integer(3 * 2 ** 30)).filter((x) => x < 2 ** 30).length / N;
  assert.ok(Math.abs(low - 1 / 3) < STANDARD_ERRORS * Math.sqrt(2 / 9 / N));
});

test('integer: limits', () => {
  const random = new Random(0);
  assert.is(random.integer(1), 0);
  assert.ok(random.integer(2 ** 32) >= 0);
  for (const n of [0, -1, 1.5, 2 ** 32 + 1, Number.NaN]) assert.throws(() => random.integer(n), RangeError);
});

test('shuffle: each of the six orders of three with the same probability', () => {
  const random = new Random('shuffle');
  const counts = new Map<string, number>();
  const rounds = 12_000;
  for (let i = 0; i < rounds; i++) {
    const order = random.shuffle(['a', 'b', 'c']).join('');
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  assert.equal([...counts.keys()].sort(), ['abc', 'acb', 'bac', 'bca', 'cab', 'cba']);
  for (const count of counts.values()) {
    assert.ok(Math.abs(count - rounds / 6) < STANDARD_ERRORS * Math.sqrt((rounds * 5) / 36));
  }
});

test('a state that went through JSON continues with the same numbers', () => {
  const random = new Random('state');
  random.normal();
  const state: number[] = JSON.parse(JSON.stringify(random.state()));
  const next = draws(50, () => random.normal());
  const copy = new Random(state);
  assert.equal(
    draws(50, () => copy.normal()),
    next,
  );
  random.restore(state);
  assert.is(random.normal(), next[0]);
});

test('a state that is none is refused', () => {
  for (const state of [
    [1, 2, 3],
    [0, 0, 0, 0],
    [1, 2, 3, 2 ** 32],
    [1, 2, 3, -1],
    [1, 2, 3, 0.5],
  ]) {
    assert.throws(() => new Random(state), /a state is four integers/);
  }
});

test.run();
