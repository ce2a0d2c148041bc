import { Random, type Shape, seedFrom, sizeOf } from '@nlrn/tensor';

/** Draws numbers in [0, 1). */
export type Uniform = () => number;

/** Draws what the weights of a seed start with. */
export function weightsOfSeed(seed: number): Uniform {
  const random = new Random(seedFrom('weights', seed));
  return () => random.uniform();
}

/**
 * Xavier initialisation (Glorot and Bengio 2010, Eq. 16): uniform in [-a, a], a = sqrt(6 / (fanIn + fanOut)).
 *
 * The last two axes of `shape` are inputs and outputs, those before them the filter: a [3, 3, 64, 32]
 * filter has fanIn = 9 · 64 and fanOut = 9 · 32. `uniform` draws numbers in [0, 1).
 */
export function xavierUniform(shape: Shape, uniform: Uniform): Float32Array {
  const field = sizeOf(shape.slice(0, -2));
  const fans = field * (shape.at(-2)! + shape.at(-1)!);
  const bound = Math.sqrt(6 / fans);
  return Float32Array.from({ length: sizeOf(shape) }, () => (2 * uniform() - 1) * bound);
}
