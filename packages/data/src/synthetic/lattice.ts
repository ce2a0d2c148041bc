import type { Random } from '@nlrn/tensor';
import type { Picture } from './picture.ts';

/** A random number in [0, 1) for each cell (i, j) of a lattice, always the same for one cell; period 256. */
export type CellValue = (i: number, j: number) => number;

const PERIOD = 256;

/** Makes a lattice of random numbers: a permuted table, as in Perlin's noise (SIGGRAPH 1985). */
export function cellValues(random: Random): CellValue {
  const values = Float64Array.from({ length: PERIOD }, () => random.uniform());
  const order = Uint8Array.from(random.shuffle(Array.from({ length: PERIOD }, (_, i) => i)));
  return (i, j) => values[(order[i & (PERIOD - 1)]! + j) & (PERIOD - 1)]!;
}

/** Smooth noise in [0, 1): lattice values one unit apart, interpolated. */
export function valueNoise(random: Random): Picture {
  const cell = cellValues(random);
  return (x, y) => {
    // No pairs: these are called for each of millions of samples.
    const i = Math.floor(x);
    const j = Math.floor(y);
    const u = ease(x - i);
    const v = ease(y - j);
    const top = cell(i, j) * (1 - u) + cell(i + 1, j) * u;
    const bottom = cell(i, j + 1) * (1 - u) + cell(i + 1, j + 1) * u;
    return top * (1 - v) + bottom * v;
  };
}

/** Roughness in [-1/2, 1/2): noise with grains of `size` pixels and, half as strong, of half that size. */
export function roughness(random: Random, size: number): Picture {
  const coarse = valueNoise(random);
  const fine = valueNoise(random);
  return (x, y) => (2 * coarse(x / size, y / size) + fine((2 * x) / size, (2 * y) / size)) / 3 - 0.5;
}

/** 3 t² - 2 t³: from 0 to 1 with slope 0 at both ends. */
function ease(t: number): number {
  return t * t * (3 - 2 * t);
}
