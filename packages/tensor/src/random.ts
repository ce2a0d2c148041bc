import { sha256 } from './sha256.ts';

/** The state of a generator: four integers in [0, 2³²), not all zero; JSON keeps it bit for bit. */
export type RandomState = readonly number[];

const WORD = 2 ** 32;

/**
 * Derives a generator's state from names and numbers, so that each use has its own stream.
 *
 *   seedFrom('noise', '01.png', 7)      one stream for each image, whatever is drawn elsewhere
 *
 * The state is the first 128 bits of the SHA-256 of the parts as JSON: 7 and '7', or ('ab', 'c') and
 * ('a', 'bc'), give different streams, and streams of similar names are not related.
 * Throws RangeError when a number is not finite, because JSON has no text for it.
 */
export function seedFrom(...parts: readonly (string | number)[]): RandomState {
  if (parts.some((part) => typeof part === 'number' && !Number.isFinite(part))) {
    throw new RangeError(`a seed is made of strings and finite numbers, got ${parts.join(', ')}`);
  }
  const digest = new DataView(sha256([JSON.stringify(parts)]).buffer);
  return [0, 4, 8, 12].map((offset) => digest.getUint32(offset, true));
}

/**
 * A seeded generator of random numbers: the same seed gives the same integers on every machine.
 *
 * xoshiro128** 1.1 of D. Blackman and S. Vigna, "Scrambled linear pseudorandom number generators",
 * ACM Trans. Math. Softw. 47 (2021), 36; period 2¹²⁸ - 1. `uniform`, `integer` and `shuffle` use integer
 * arithmetic and exact scaling only. `normal` uses Math.log and Math.cos, whose last bit ECMAScript leaves to
 * the engine: its values are the same for one version of Node (this project pins its own), and equal to about
 * 1e-15 elsewhere.
 */
export class Random {
  #s = new Uint32Array(4);

  /** Starts at `seed`: a number or string (hashed by `seedFrom`) or a state. Throws RangeError for a bad state. */
  constructor(seed: number | string | RandomState) {
    this.restore(typeof seed === 'object' ? seed : seedFrom(seed));
  }

  /** The state, from which `restore` continues with the same numbers. */
  state(): number[] {
    return [...this.#s];
  }

  /** Continues from a state. Throws RangeError unless it is four integers in [0, 2³²), not all zero. */
  restore(state: RandomState): void {
    const isWord = (n: number) => Number.isInteger(n) && n >= 0 && n < WORD;
    if (state.length !== 4 || !state.every(isWord) || state.every((n) => n === 0)) {
      throw new RangeError(`a state is four integers in [0, 2^32), not all zero, got [${state.join(', ')}]`);
    }
    this.#s.set(state);
  }

  /** An integer in [0, 2³²): one step of xoshiro128**. */
  uint32(): number {
    const s = this.#s;
    const s1 = s[1]!;
    const result = Math.imul(rotateLeft(Math.imul(s1, 5), 7), 9) >>> 0;
    s[2]! ^= s[0]!;
    s[3]! ^= s1;
    s[1]! ^= s[2]!;
    s[0]! ^= s[3]!;
    s[2]! ^= s1 << 9;
    s[3] = rotateLeft(s[3]!, 11);
    return result;
  }

  /** A number in [0, 1): a multiple of 2⁻⁵³, from 27 and 26 high bits of two integers. */
  uniform(): number {
    const high = this.uint32() >>> 5;
    const low = this.uint32() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  }

  /**
   * An integer in [0, n), each with the same probability: draws in the incomplete last block of n are rejected.
   *
   * Throws RangeError unless n is an integer in [1, 2³²].
   */
  integer(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > WORD)
      throw new RangeError(`integer(${n}): needs 1 <= n <= 2^32`);
    const end = WORD - (WORD % n);
    let draw = this.uint32();
    while (draw >= end) draw = this.uint32();
    return draw % n;
  }

  /**
   * A normal deviate of mean 0 and variance 1 (Box and Muller 1958).
   *
   *   sqrt(-2 ln u) cos(2 π v),   u in (0, 1], v in [0, 1)
   *
   * The sine of the pair is not kept: a generator's state is then its four integers and nothing else.
   */
  normal(): number {
    const u = 1 - this.uniform();
    return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Shuffles an array in place, each order with the same probability (Fisher-Yates), and returns it. */
  shuffle<T>(items: T[]): T[] {
    for (let last = items.length - 1; last > 0; last--) {
      const other = this.integer(last + 1);
      [items[last], items[other]] = [items[other]!, items[last]!];
    }
    return items;
  }
}

function rotateLeft(x: number, bits: number): number {
  return (x << bits) | (x >>> (32 - bits));
}
