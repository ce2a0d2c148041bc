import type { Matrices } from './matrices.ts';

/** A kernel in WGSL by hand, with inputs and output where gpu.js's kernels have them, and its groups of threads. */
export interface Shader {
  readonly wgsl: string;
  readonly groups: readonly [number, number, number];
}

/** What may take the place of a kernel of gpu.js on a GPU. */
export interface ByHand {
  /** Is there so much to do that it is worth it? */
  readonly isLarge: boolean;
  /** With a card's matrix units, if they are given and of use to it */
  shader(matrices: Matrices | undefined): Shader;
}
