import type { ElementType } from '../../../elementType.ts';
import type { InputsOf, OutputsOf, ParamsOf, RoutineName } from '../../../primitives/index.ts';
import type { Storage } from '../../../program/program.ts';
import type { Shape } from '../../../shape.ts';
import type { Each } from '../../../tensor.ts';
import type { ByHand, Shader } from './byHand/shader.ts';

/** Where a kernel finds a value. A constant is one number that is uploaded once. */
export type Memory =
  | Exclude<Storage, { kind: 'none' }>
  | { readonly kind: 'constant'; readonly value: number };

/** The elements of a value, dense and row-major, from the start of a buffer of their own. */
export interface BufferPlace {
  readonly shape: Shape;
  readonly dtype: ElementType;
  readonly memory: Memory;
}

/** How many threads there are along each axis, `this.thread.x` first: neighbours in x are neighbours in memory. */
export type Grid = readonly [x: number, y?: number, z?: number];

/**
 * One kernel to run. Its source is a function of the inputs, in their order, as flat arrays; thread (x, y, z) returns
 * element `x + X (y + Y z)` of the output, or, where a thread makes four, the four from four times that on. If there are
 * several outputs it returns that element of each; `perThread` is then their number.
 *
 * An output may lie where an input does, of which a thread then reads no element but the one that it writes.
 */
export interface Dispatch {
  readonly source: string;
  readonly grid: Grid;
  readonly perThread: ThreadNumbers;
  readonly inputs: readonly BufferPlace[];
  readonly outputs: readonly [BufferPlace, ...BufferPlace[]];
  /** Of a product: operations of its sums, two for each multiply-add, terms beyond a border counted */
  readonly operations?: number;
  /** The same by hand, for GPUs; `source` is its plain reading. */
  readonly byHand?: ByHand;
  /** Of these the one that is taken, once that is known */
  readonly shader?: Shader;
}

/** Buffers that a kernel may have on any device. */
export const MOST_BUFFERS = 8;

/** One of them is its output. */
export const MOST_INPUTS = MOST_BUFFERS - 1;

/** Numbers that one thread makes: as many as gpu.js can return. */
export type ThreadNumbers = 1 | 2 | 3 | 4;

/** What a lowering is given beside values and parameters. */
export interface LoweringContext {
  /** Sets aside memory for this instruction alone. */
  scratch(shape: Shape): BufferPlace;
  /** The most numbers that one thread can make here */
  readonly perThread: ThreadNumbers;
}

/**
 * Turns an instruction into kernel calls. An output that is optional and that nobody reads is undefined.
 *
 * It is run twice: once to count its scratch memory (places mean nothing then), once for good.
 */
export type Lowering<N extends RoutineName> = (
  inputs: Each<InputsOf<N>, BufferPlace>,
  outputs: N extends keyof OptionalOutputs ? OptionalOutputs[N] : Each<OutputsOf<N>, BufferPlace>,
  params: ParamsOf<N>,
  context: LoweringContext,
) => Dispatch[];

export type Lowerings<N extends RoutineName> = { readonly [K in N]: Lowering<K> };

/** Of the routines of which outputs can be left out. */
interface OptionalOutputs {
  readonly windowedAttention: readonly [Z: BufferPlace, logits?: BufferPlace, statistics?: BufferPlace];
  readonly windowedAttentionGrad: readonly [
    dtheta: BufferPlace,
    dpsi: BufferPlace,
    dg: BufferPlace,
    dlogits?: BufferPlace,
    previous?: BufferPlace,
  ];
}

/** A call whose source is `function (x, bias) { body }` for the inputs `{ x, bias }`. */
export function dispatch(
  inputs: Readonly<Record<string, BufferPlace>>,
  output: BufferPlace | Dispatch['outputs'],
  grid: Grid,
  body: string,
  perThread: ThreadNumbers = 1,
): Dispatch {
  const source = `function (${Object.keys(inputs).join(', ')}) {\n${body}\n}`;
  const outputs: Dispatch['outputs'] = 'memory' in output ? [output] : output;
  return { source, grid, perThread, inputs: Object.values(inputs), outputs };
}

/** Calls whose threads return an element of each output: one call, or, where a thread makes one number, one an output. */
export function dispatchEach(
  inputs: Readonly<Record<string, BufferPlace>>,
  outputs: Dispatch['outputs'],
  grid: Grid,
  { statements, values }: { readonly statements: readonly string[]; readonly values: readonly string[] },
  { perThread }: Pick<LoweringContext, 'perThread'>,
): Dispatch[] {
  const call = (to: Dispatch['outputs'], some: readonly string[]) =>
    dispatch(inputs, to, grid, [...statements, returned(some)].join('\n'), to.length as ThreadNumbers);
  return outputs.length <= perThread
    ? [call(outputs, values)]
    : outputs.map((to, i) => call([to], [values[i]!]));
}

/** The statement that returns what a thread makes. */
export function returned(values: readonly string[]): string {
  return values.length === 1 ? `return ${values[0]};` : `return [${values.join(', ')}];`;
}

/** For each input the number of the output that is written over it, if one is. */
export function writtenOver({
  inputs,
  outputs,
}: Pick<Dispatch, 'inputs' | 'outputs'>): (number | undefined)[] {
  return inputs.map((input) => {
    const output = outputs.findIndex((place) => isSamePlace(place, input));
    return output < 0 ? undefined : output;
  });
}

function isSamePlace({ memory: a }: BufferPlace, { memory: b }: BufferPlace): boolean {
  if (a.kind === 'variable') return b.kind === 'variable' && a.variable === b.variable;
  return a.kind === 'arena' && b.kind === 'arena' && a.offset === b.offset;
}

export function constant(value: number): BufferPlace {
  return { shape: [], dtype: 'float32', memory: { kind: 'constant', value } };
}
