import type { DncnnConfig, SrcnnConfig, VdsrConfig } from '@nlrn/networks';

/**
 * What is computed, as plain data: each peer turns it into its own program, so that all of them do the same work.
 *
 * Images are [B, H, W, C]; inputs are uniform random numbers around zero.
 */
export interface Specs {
  /** [M, K] x [K, N] */
  matmul: { M: number; K: number; N: number };
  /**
   * Filters [size, size, C / groups, K], borders of zeros, with a step from pixel to pixel and from tap to tap; its gradient in
   * the input, which is a transposed convolution, or in the filters
   */
  conv2d: {
    pass: 'forward' | 'input' | 'filter';
    image: Image;
    K: number;
    size: number;
    stride?: number;
    dilation?: number;
    groups?: number;
  };
  /**
   * Softmax attention of each pixel [l] over q x q neighbours [l, m], circular. Backward starts from what the forward
   * pass has kept; both includes that pass.
   */
  attention: { pass: 'forward' | 'backward' | 'both'; image: Plane; q: number; l: number; m: number };
  /** Training mode, without a ReLU */
  batchNorm: { pass: 'forward' | 'backward'; image: Image };
  /** relu(a b + c), three operations on n numbers */
  chain: { n: number };
  /** One update of n parameters */
  adam: { n: number };
  /** A whole training step: forward, backward, clipping, Adam, running statistics */
  step: NetworkSize & { batch: number; patch: number };
  /** The network with running statistics, on `batch` images of side x side, circular at their own border */
  restore: NetworkSize & { batch: number; side: number };
  /** A network of convolutions one after another on one image of side x side, as large at the end as at the beginning */
  plain: { config: DncnnConfig | SrcnnConfig | VdsrConfig; side: number };
}

export type Image = readonly [B: number, H: number, W: number, C: number];
export type Plane = readonly [B: number, H: number, W: number];

/** An NLRN, embedded Gaussian, with batch normalisation: m, l, T and q. */
export interface NetworkSize {
  readonly channels: number;
  readonly embedding: number;
  readonly states: number;
  readonly neighborhood: number;
}

export type Kind = keyof Specs;
export type Spec = { [K in Kind]: { readonly kind: K } & Readonly<Specs[K]> }[Kind];

/** A table with an entry for each kind of work: one that is forgotten does not compile. */
export type ByKind<T> = { readonly [K in Kind]: (spec: Readonly<Specs[K]>) => T };

/** Looks up a spec's kind and applies its entry. */
export function byKind<T>(table: ByKind<T>, spec: Spec): T {
  return (table[spec.kind] as (given: Spec) => T)(spec);
}
