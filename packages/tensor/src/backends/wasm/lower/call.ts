import { BYTES } from '../../../elementType.ts';
import { type BaseName, base } from '../../../expressions/formula.ts';
import type { InputsOf, OutputsOf, ParamsOf, PrimitiveName } from '../../../primitives/index.ts';
import type { Shape } from '../../../shape.ts';
import type { Each } from '../../../tensor.ts';

/** A value in memory: its shape and its address in bytes; 0 if nobody reads it. */
export interface Place {
  readonly shape: Shape;
  readonly address: number;
  /** Whether it stands as kernels/lanes.ts puts it instead of row by row: see bandsInLanes.ts. */
  readonly inLanes: boolean;
}

/** The address of each of some values. */
export function addressesOf<const Places extends readonly Place[]>(places: Places) {
  return places.map(({ address }) => address) as { readonly [I in keyof Places]: number };
}

/** The kernels, under the names by which their module exports their numbers. */
export const KERNELS = [
  'EVALUATE',
  'REDUCE_CHUNKS',
  'JOIN_CHUNKS',
  'FILL',
  'PACK_PANELS',
  'MATMUL',
  'PAD_ROWS',
  'PLACE_IMAGES',
  'CONV2D',
  'CONV2D_FILTER_GRAD',
  'DEPTHWISE_CONV2D',
  'DEPTHWISE_FILTER_GRAD',
  'MOMENT_CHUNKS',
  'JOIN_MOMENTS',
  'INVERSE_DEVIATIONS',
  'NORMALIZE',
  'GRADIENT_CHUNKS',
  'NORMALIZE_GRAD',
  'ADAM',
  'PACK_PIXELS',
  'PACK_CHANNELS',
  'FOLD_PIXELS',
  'ATTENTION',
  'ATTENTION_GRAD',
  'DENSE_ATTENTION',
  'DENSE_ATTENTION_GRAD',
  'PACK_LANES',
  'FOLD_LANES',
  'LANE_ATTENTION',
  'LANE_ATTENTION_GRAD',
  'WINOGRAD_FILTERS',
  'WINOGRAD_CONV2D',
  'WINOGRAD_TRANSFORMS',
  'WINOGRAD_SUMS',
  'WINOGRAD_FILTER_GRAD',
  'SUM_TAPS',
  'SPREAD_TAPS',
  'SIMILAR_NEIGHBOURS',
  'GATHER_NEIGHBOURS',
  'SCATTER_NEIGHBOURS',
  'RADIAL_BASIS',
] as const;

export type KernelName = (typeof KERNELS)[number];

/** What the kernels of expressions can do beside the base functions. */
const MOVES = ['COPY', 'CONSTANT', 'SPLAT', 'GATHER'] as const;

/** The name of an operation of an expression, as the kernels export its number. */
export type OperationName = Uppercase<BaseName> | (typeof MOVES)[number];

export const OPERATIONS: readonly OperationName[] = [
  ...Object.keys(base).map((name) => name.toUpperCase() as Uppercase<BaseName>),
  ...MOVES,
];

/** An argument that is known by name: the kernels export its number. */
export interface Constant {
  readonly constant: OperationName;
}

/** A number that the kernel reads as float32; plain numbers are integers and addresses. */
export interface Real {
  readonly real: number;
}

export type Argument = number | boolean | Real | Constant;

/** One kernel to call, with its arguments in the order that its comment gives. */
export interface Call {
  readonly kernel: KernelName;
  readonly args: readonly Argument[];
  /** Too small to be shared by threads, whatever the instruction is */
  readonly isSmall?: boolean;
}

export const call = (kernel: KernelName, ...args: Argument[]): Call => ({ kernel, args });
export const real = (value: number): Real => ({ real: value });
export const constant = (name: OperationName): Constant => ({ constant: name });

/** Hands out an instruction's scratch memory, in bytes; every piece begins on a cache line. */
export interface Scratch {
  /** Address of a new piece for this many float32 numbers. */
  floats(count: number): number;
  readonly threads: number;
}

/**
 * Turns an instruction into kernel calls.
 *
 * It is run twice: once to count its scratch memory (addresses mean nothing then), once for good.
 */
export type Lowering<N extends PrimitiveName> = (
  inputs: Each<InputsOf<N>, Place>,
  outputs: Each<OutputsOf<N>, Place>,
  params: ParamsOf<N>,
  scratch: Scratch,
) => Call[];

export type Lowerings<N extends PrimitiveName> = { readonly [K in N]: Lowering<K> };

export function roundUp(n: number, multiple: number): number {
  return Math.ceil(n / multiple) * multiple;
}

/** Memory for each thread: its address and the bytes of each. */
export function perThread(floats: number, scratch: Scratch): [number, number] {
  const own = roundUp(floats, 16);
  return [scratch.floats(own * scratch.threads), BYTES.float32 * own];
}
