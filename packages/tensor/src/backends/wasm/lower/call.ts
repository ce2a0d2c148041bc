import { BYTES } from '../../../elementType.ts';
import type { InputsOf, OutputsOf, ParamsOf, PrimitiveName } from '../../../primitives/index.ts';
import { ALIGNMENT } from '../../../program/memoryPlan.ts';
import type { Shape } from '../../../shape.ts';
import type { Each } from '../../../tensor.ts';
import { argumentsOf, type KernelName, type Kind, type kernelTable } from '../kernelTable.ts';

/** A value in memory: its shape and its address in bytes; 0 if nobody reads it. */
export interface Place {
  readonly shape: Shape;
  readonly address: number;
  /** Whether it stands as kernels/attention/lanes/lanes.ts puts it instead of row by row: see bandsInLanes.ts. */
  readonly inLanes: boolean;
}

/** What has a place in memory, or its address in bytes. */
export type Located = { readonly address: number } | number;

/** Address of an element, counted from the first one of what lies there. */
export function elementAt(of: Located, index: number): number {
  return addressOf(of) + BYTES.float32 * index;
}

function addressOf(of: Located): number {
  return typeof of === 'number' ? of : of.address;
}

/** A word that the kernel reads as float32; plain numbers are integers and addresses. */
export interface Real {
  readonly real: number;
}

export type Word = number | Real;

export const real = (value: number): Real => ({ real: value });

/** Memory for each thread: the address of that of the first one, and the bytes of each. */
export interface PerThread {
  readonly address: number;
  readonly bytes: number;
}

/** What a lowering gives for an argument of each kind: see kernelTable.ts. */
interface Given {
  readonly pointer: Located;
  readonly optional: Located | undefined;
  readonly integer: number;
  readonly real: number;
  readonly flag: boolean;
  readonly perThread: PerThread;
  readonly list: readonly Word[];
}

/** The words that are handed over. */
const wordsOf: { readonly [K in Kind]: (value: Given[K]) => readonly Word[] } = {
  pointer: (value) => [addressOf(value)],
  optional: (value) => [addressOf(value ?? 0)],
  integer: (value) => [value],
  real: (value) => [real(value)],
  flag: (value) => [Number(value)],
  perThread: ({ address, bytes }) => [address, bytes],
  list: (value) => value,
};

type Table = typeof kernelTable;

/** The arguments of a kernel, by their names. */
export type Arguments<K extends KernelName> = {
  readonly [Name in keyof Table[K]]: Table[K][Name] extends Kind ? Given[Table[K][Name]] : never;
};

/** One kernel to call, with the words of its arguments. */
export interface Call {
  readonly kernel: KernelName;
  readonly words: readonly Word[];
  /** Too small to be shared by threads, whatever the instruction is */
  readonly isSmall?: boolean;
}

export function call<K extends KernelName>(kernel: K, args: Arguments<K>): Call {
  // TypeScript cannot follow an argument's kind through the table.
  const given = args as Readonly<Record<string, never>>;
  return { kernel, words: argumentsOf(kernel).flatMap(([name, kind]) => wordsOf[kind](given[name]!)) };
}

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

/** So many numbers for each thread, each from a cache line on. */
export function perThread(floats: number, scratch: Scratch): PerThread {
  const own = roundUp(floats, ALIGNMENT / BYTES.float32);
  return { address: scratch.floats(own * scratch.threads), bytes: BYTES.float32 * own };
}
