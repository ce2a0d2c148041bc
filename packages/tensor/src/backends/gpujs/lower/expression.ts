import {
  areOfOneShape,
  type Collected,
  type Elementwise,
  type Expressions,
  outputShape,
  type Reduction,
} from '../../../expressions/expression.ts';
import { type Formula, type Read, readsOf, total } from '../../../expressions/formula.ts';
import { dense, transpose } from '../../../expressions/view.ts';
import { type Shape, sizeOf } from '../../../shape.ts';
import {
  type BufferPlace,
  constant,
  type Dispatch,
  dispatch,
  type LoweringContext,
  MOST_BUFFERS,
  MOST_INPUTS,
  returned,
  type ThreadNumbers,
  writtenOver,
} from './dispatch.ts';
import { maximum, statementsOf } from './formula.ts';
import { DIVIDED, int, range, X } from './source.ts';
import { decompose, threadsFor, walk } from './threads.ts';

type Scratch = Pick<LoweringContext, 'scratch'>;

/** The calls that compute expressions of some inputs: one for all, if a thread can make an element of each. */
export function evaluate(
  expressions: Expressions,
  inputs: readonly BufferPlace[],
  outputs: Dispatch['outputs'],
  context: Pick<LoweringContext, 'scratch' | 'perThread'>,
): Dispatch[] {
  if (areOfOneShape(expressions) && expressions.length <= context.perThread) {
    const call = elementwise(expressions, inputs, outputs);
    const read = writtenOver(call).filter((output) => output === undefined);
    if (read.length + outputs.length <= MOST_BUFFERS) return [call];
  }
  return expressions.flatMap((one, i) =>
    one.kind === 'elementwise'
      ? [elementwise([one], inputs, [outputs[i]!])]
      : reduce(one, inputs, outputs[i]!, context),
  );
}

/** The call whose threads compute an element of each output. */
function elementwise(
  expressions: readonly Elementwise[],
  inputs: readonly BufferPlace[],
  outputs: Dispatch['outputs'],
): Dispatch {
  const kernel = new Kernel(inputs);
  const formulas = expressions.map(({ element }) => element);
  const { shape } = expressions[0]!;
  const { sizes, place } = walk(shape, [range(shape.length)], formulas.flatMap(readsOf));
  const { grid, indices } = threadsFor(sizes[0]);
  const { lines, values } = kernel.statements(formulas, (read) => place(read, indices));
  return kernel.dispatch(outputs, grid, [...lines, returned(values)]);
}

/** The buffers that a kernel reads, under their names. */
class Kernel {
  private readonly inputs: readonly BufferPlace[];
  private readonly named: Record<string, BufferPlace> = {};

  constructor(inputs: readonly BufferPlace[]) {
    this.inputs = inputs;
  }

  /** Statements for elements, of which `placeOf` says where their reads are. */
  statements<const Formulas extends readonly Formula[]>(
    formulas: Formulas,
    placeOf: (read: Read) => { readonly index: string; readonly test?: string },
    prefix = 'v',
  ) {
    return statementsOf(formulas, {
      prefix,
      constant: (value) => this.constant(value),
      read: (read) => {
        const name = `x${read.input}`;
        this.named[name] = this.inputs[read.input]!;
        const { index, ...rest } = placeOf(read);
        return { element: `${name}[${index}]`, ...rest };
      },
    });
  }

  /** Statements that return what a formula makes of each total. */
  finish(formula: Formula, totals: readonly string[]): string[] {
    const constant = (value: number) => this.constant(value);
    const read = (): never => {
      throw new Error('what a reduction ends with is made of its total alone');
    };
    const finished = totals.map((total, i) =>
      statementsOf([formula], { prefix: `y${i}_`, total, constant, read }),
    );
    return [...finished.flatMap(({ lines }) => lines), returned(finished.flatMap(({ values }) => values))];
  }

  private constant(value: number): string {
    const known = Object.entries(this.named).find(
      ([, { memory }]) => memory.kind === 'constant' && Object.is(memory.value, value),
    );
    const name = known?.[0] ?? `c${Object.keys(this.named).length}`;
    this.named[name] = constant(value);
    return `${name}[0]`;
  }

  dispatch(
    output: BufferPlace | Dispatch['outputs'],
    grid: Dispatch['grid'],
    lines: readonly string[],
  ): Dispatch {
    const perThread = 'memory' in output ? 1 : (output.length as ThreadNumbers);
    return dispatch(this.named, output, grid, lines.join('\n'), perThread);
  }
}

/** More terms than this are reduced in pieces of this size, by as many threads, and the pieces in turn. */
export const PIECE = 256;

/** Pieces of so many terms. */
export function piecesOf(terms: number): number {
  return Math.ceil(terms / PIECE);
}

function reduce(
  reduction: Reduction,
  inputs: readonly BufferPlace[],
  output: BufferPlace,
  context: Scratch,
): Dispatch[] {
  const { by, of, finish } = reduction;
  if (of.length > 1) return sumTogether(reduction, inputs, output, context);
  const [collected] = of as [Collected];
  const { shape, axes } = collected;
  const last = lastAxes(collected);
  if (last.length < axes.length) {
    const { calls, rest, place } = reduceLast(collected, last, by, inputs, context);
    return [...calls, ...reduce({ ...reduction, of: [rest] }, [...inputs, place], output, context)];
  }
  const n = sizeOf(axes.map((axis) => shape[axis]!));
  const terms = { shape, axes, elements: [collected.element] };
  if (n <= PIECE) return [reducePiece(terms, { by, finish }, inputs, [output])];
  // Threads side by side read elements side by side: in a line each takes every `pieces`-th element.
  const pieces = piecesOf(n);
  const kept = range(shape.length).filter((axis) => !axes.includes(axis));
  const isLine = kept.at(-1) !== shape.length - 1;
  const at = isLine ? kept.length : kept.length - 1;
  const sizes = kept.map((axis) => shape[axis]!).toSpliced(at, 0, pieces);
  const partial = context.scratch(sizes);
  const read: Read = { kind: 'read', input: inputs.length, view: dense(sizes) };
  return [
    reducePiece(terms, { by, finish: total }, inputs, [partial], { pieces, at, isLine }),
    ...reduce(
      { kind: 'reduction', by, of: [{ shape: sizes, axes: [at], element: read }], finish },
      [...inputs, partial],
      output,
      context,
    ),
  ];
}

/**
 * As many axes of a reduction, from the last on, as have few enough terms to find each one's place by dividing its number:
 * all where nothing is divided.
 */
function lastAxes({ shape, axes, element }: Collected): readonly number[] {
  const { sizes } = walk(shape, [axes], readsOf(element));
  if (sizes[0].length <= 1) return axes;
  const first = axes.findIndex((_, i) => sizeOf(axes.slice(i).map((axis) => shape[axis]!)) < DIVIDED);
  return axes.slice(first);
}

/** The calls that reduce some axes, the last ones, to a place, and what then is left. */
function reduceLast(
  { shape, axes, element }: Collected,
  last: readonly number[],
  by: Reduction['by'],
  inputs: readonly BufferPlace[],
  context: Scratch,
): { calls: Dispatch[]; place: BufferPlace; rest: Collected } {
  const reduction: Reduction = { kind: 'reduction', by, of: [{ shape, axes: last, element }], finish: total };
  const left = outputShape(reduction);
  const place = context.scratch(left);
  const read: Read = { kind: 'read', input: inputs.length, view: dense(left) };
  const rest = { shape: left, axes: axes.slice(0, -last.length), element: read };
  return { calls: reduce(reduction, inputs, place, context), place, rest };
}

/** Sums of formulas over all axes but the last, a sum for each piece of the places: [pieces, C] for each formula. */
export function sumsOfPieces(
  shape: Shape,
  elements: readonly Formula[],
  inputs: readonly BufferPlace[],
  { scratch, perThread }: Pick<LoweringContext, 'scratch' | 'perThread'>,
): { calls: Dispatch[]; places: BufferPlace[] } {
  const C = shape.at(-1)!;
  const cut = { pieces: piecesOf(sizeOf(shape) / C), at: 0, isLine: false };
  const axes = range(shape.length - 1);
  const places = elements.map(() => scratch([cut.pieces, C]));
  const call = (some: readonly Formula[], to: readonly BufferPlace[]) =>
    reducePiece({ shape, axes, elements: some }, SUM, inputs, to as Dispatch['outputs'], cut);
  const calls =
    elements.length <= perThread
      ? [call(elements, places)]
      : elements.map((element, i) => call([element], [places[i]!]));
  return { calls, places };
}

const SUM = { by: 'sum', finish: total } as const;

/** Formulas over the same places, each of which is reduced along the axes. */
interface Terms {
  readonly shape: Shape;
  readonly axes: readonly number[];
  readonly elements: readonly Formula[];
}

/** One thread for each element of the outputs, and for each piece, which is then an axis of them. */
function reducePiece(
  { shape, axes, elements }: Terms,
  { by, finish }: Pick<Reduction, 'by' | 'finish'>,
  inputs: readonly BufferPlace[],
  outputs: Dispatch['outputs'],
  cut?: { pieces: number; at: number; isLine: boolean },
): Dispatch {
  const kernel = new Kernel(inputs);
  const kept = range(shape.length).filter((axis) => !axes.includes(axis));
  // Only whole axes can be joined: the pieces stand between some.
  const groups = [kept.slice(0, cut?.at), cut ? kept.slice(cut.at) : [], axes] as const;
  const { sizes, place } = walk(shape, groups, elements.flatMap(readsOf));
  const [first, last, inner] = sizes;
  const { grid, indices } = threadsFor([...first, ...(cut ? [cut.pieces] : []), ...last]);
  const n = sizeOf(inner);
  const along = int('j');
  const piece = indices[first.length];
  const flat = cut
    ? cut.isLine
      ? `(${along} * ${cut.pieces} + ${piece})`
      : `(${piece} * ${PIECE} + ${along})`
    : along;
  const own = [
    ...indices.slice(0, first.length),
    ...indices.slice(first.length + (cut ? 1 : 0)),
    ...decompose(flat, inner),
  ];
  const { lines, values } = kernel.statements(elements, (read) => place(read, own));
  const turns = cut ? PIECE : n;
  const totals = values.map((_, i) => `total${i}`);
  const body = [...lines, ...values.map((value, i) => collect(by, value, totals[i]!))];
  const guarded = cut && n % PIECE !== 0 ? [`if (${flat} < ${n}) {`, ...body, '}'] : body;
  return kernel.dispatch(outputs, grid, [
    ...totals.map((name) => `let ${name} = 0;`),
    `for (let j = 0; j < ${turns}; j++) {`,
    ...guarded,
    '}',
    ...kernel.finish(finish, totals),
  ]);
}

/** A statement that takes a value into a total, of which it is the first where j is 0. */
function collect(by: Reduction['by'], value: string, total: string): string {
  return by === 'sum' ? `${total} += ${value};` : `${total} = j < 1 ? ${value} : (${maximum(value, total)});`;
}

/** Threads that share all that several reductions have to sum. */
const SHARING_THREADS = 256;
/** More terms than this are first summed by more threads. */
const LONGEST = 65_536;

/** The sum of several tensors' elements together, some of them in each call. */
function sumTogether(
  { of, finish }: Reduction,
  inputs: readonly BufferPlace[],
  output: BufferPlace,
  context: Scratch,
): Dispatch[] {
  const calls: Dispatch[] = [];
  const places = [...inputs];
  const place = (size: number): { to: BufferPlace; element: Read } => {
    const to = context.scratch([size]);
    return { to, element: { kind: 'read', input: places.push(to) - 1, view: dense([size]) } };
  };
  const share = (parts: readonly Collected[], threads: number): Collected => {
    const { to, element } = place(threads);
    calls.push(shared(parts, places, to));
    return { shape: [threads], axes: [0], element };
  };
  const fewer = (part: Collected): Collected => {
    const last = lastAxes(part);
    if (last.length === part.axes.length) return part;
    const { calls: before, rest, place } = reduceLast(part, last, 'sum', places, context);
    calls.push(...before);
    places.push(place);
    return rest;
  };
  const parts = of.map(fewer).map((part) => {
    const n = sizeOf(part.shape);
    return n <= LONGEST ? part : share([part], Math.ceil(n / PIECE));
  });
  // As many parts in a kernel as it can read, with the total so far.
  let group: Collected[] = [];
  for (const part of parts) {
    if (valuesIn([...group, part]) > MOST_INPUTS) group = [share(group, SHARING_THREADS)];
    group.push(part);
  }
  const all = share(group, SHARING_THREADS);
  return [...calls, ...reduce({ kind: 'reduction', by: 'sum', of: [all], finish }, places, output, context)];
}

/** How many inputs are read. */
function valuesIn(parts: readonly Collected[]): number {
  return new Set(parts.flatMap(({ element }) => readsOf(element).map(({ input }) => input))).size;
}

/** The call in which each thread sums its share of all elements of some tensors. */
function shared(parts: readonly Collected[], inputs: readonly BufferPlace[], to: BufferPlace): Dispatch {
  const kernel = new Kernel(inputs);
  const threads = sizeOf(to.shape);
  const loops = parts.flatMap(({ shape, element }, i) => {
    const { sizes, place } = walk(shape, [range(shape.length)], readsOf(element));
    const n = sizeOf(shape);
    const at = `(${int('j')} * ${threads} + ${X})`;
    const indices = decompose(at, sizes[0]);
    const { lines, values } = kernel.statements([element], (read) => place(read, indices), `v${i}_`);
    const body = [...lines, `total += ${values[0]};`];
    const guarded = n % threads === 0 ? body : [`if (${at} < ${n}) {`, ...body, '}'];
    return [`for (let j = 0; j < ${Math.ceil(n / threads)}; j++) {`, ...guarded, '}'];
  });
  return kernel.dispatch(to, [threads], ['let total = 0;', ...loops, 'return total;']);
}

/** The call that reorders axes: axis i of y is axis `axes[i]` of x. */
export function transposed(x: BufferPlace, y: BufferPlace, axes: readonly number[]): Dispatch {
  const view = transpose(dense(x.shape), axes);
  const element: Read = { kind: 'read', input: 0, view };
  return elementwise([{ kind: 'elementwise', shape: view.shape, element }], [x], [y]);
}
