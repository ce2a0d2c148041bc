import { commonDivisor } from '../../../commonDivisor.ts';
import { BYTES } from '../../../elementType.ts';
import type { BaseName, Formula, Read } from '../../../expressions/formula.ts';
import { type Axis, isDense, isWhole, jointAxes, type View } from '../../../expressions/view.ts';
import { sizeOf } from '../../../shape.ts';
import { END, IN_MEMORY, LINE_BYTES, REGISTER, REGISTER_BYTES, SCALAR } from '../kernels/constants.ts';
import * as operations from '../kernels/operations.ts';
import { elementAt, type Place, real, roundUp, type Word } from './call.ts';

/** The most bytes of registers that are in use at a time, and the most elements of a block: they stay in L1. */
const IN_L1 = 12_288;
export const LONGEST = 1024;
const LEAST = 256;

/** What an operation reads or writes: an address, and where that is. */
export type BlockOperand = readonly [address: number, where: number];

/** Values of which an operation makes one: numbered, the same only once. */
interface Node {
  readonly formula: Formula;
  readonly args: readonly number[];
  /** How many others read it, and outputs */
  uses: number;
}

/**
 * How often a value changes: `once` are single numbers; `period` those that are the same in all blocks, as they repeat
 * within one; `block` all others.
 */
type Rate = 'once' | 'period' | 'block';

/** Formulas as operations on blocks. */
export interface Blocks {
  /** Elements that threads share out, and of a block: a multiple of it */
  readonly unit: number;
  readonly block: number;
  /** Operations, and their ends */
  readonly words: readonly Word[];
  /** Where each formula's values are */
  readonly results: readonly BlockOperand[];
}

/** An output of a block, if it has a place already. */
export interface Root {
  readonly formula: Formula;
  readonly to?: BlockOperand;
}

/** How elements are cut into blocks. */
interface Blocking {
  /** Elements that threads share out, at least */
  readonly unit: number;
  /** Units that a block should hold whole, where there is room for them */
  readonly rows?: number;
  /** May what repeats after so many elements be computed once for all blocks, which are then multiples of it? */
  readonly mayRepeat: (period: number, shared: number) => boolean;
  readonly longest?: number;
}

/**
 * Operations that compute formulas, block by block of consecutive elements.
 *
 * A formula with a place is written there at the end of its block at the latest: also over an input that is read at just the
 * places that are computed.
 */
export function blocksOf(
  roots: readonly Root[],
  places: readonly Place[],
  { unit, rows = 1, mayRepeat, longest = LONGEST }: Blocking,
): Blocks {
  const graph = new Graph(roots.map(({ formula }) => formula));
  let shared = unit * rows;
  for (const { formula } of graph.nodes) {
    const period = formula.kind === 'read' ? periodOf(formula.view) : undefined;
    if (period && mayRepeat(period, leastCommonMultiple(shared, period))) {
      shared = leastCommonMultiple(shared, period);
    }
  }
  // Once to count the registers, then with blocks of which as many have room.
  const trial = new Writer(graph, places, shared, 1).write(roots);
  const registers = Math.max(1, trial.registers);
  const lines = Math.floor((REGISTER_BYTES / LINE_BYTES - trial.scalars) / registers);
  const room = (LINE_BYTES / BYTES.float32) * lines;
  const inL1 = Math.max(LEAST, Math.floor(IN_L1 / (BYTES.float32 * registers)));
  if (room < shared) return blocksOf(roots, places, { unit, mayRepeat: () => false, longest });
  const block = Math.floor(Math.max(1, Math.min(longest, room, inL1) / shared)) * shared;
  const { words, results } = new Writer(graph, places, shared, block).write(roots);
  return { unit: shared, block, words, results };
}

/** The distinct values of some formulas. */
class Graph {
  readonly nodes: Node[] = [];
  readonly roots: readonly number[];
  private readonly byFormula = new Map<Formula, number>();
  private readonly byKey = new Map<string, number>();

  constructor(formulas: readonly Formula[]) {
    this.roots = formulas.map((formula) => this.numberOf(formula));
    for (const { args } of this.nodes) for (const arg of args) this.nodes[arg]!.uses++;
    for (const root of this.roots) this.nodes[root]!.uses++;
  }

  private numberOf(formula: Formula): number {
    const known = this.byFormula.get(formula);
    if (known !== undefined) return known;
    const parts =
      formula.kind === 'call'
        ? formula.args
        : formula.kind === 'read' && formula.outside
          ? [formula.outside]
          : [];
    const args = parts.map((part) => this.numberOf(part));
    const key = keyOf(formula, args);
    const number = this.byKey.get(key) ?? this.nodes.push({ formula, args, uses: 0 }) - 1;
    this.byKey.set(key, number);
    this.byFormula.set(formula, number);
    return number;
  }
}

function keyOf(formula: Formula, args: readonly number[]): string {
  if (formula.kind === 'constant') return Object.is(formula.value, -0) ? '-0' : `${formula.value}`;
  if (formula.kind === 'call') return `${formula.name}(${args})`;
  if (formula.kind === 'total') return 'total';
  const { input, view } = formula;
  return `${input} ${JSON.stringify([view.shape, view.offset, view.strides, view.bounds])} ${args}`;
}

/** Writes the operations for blocks of a given length. */
class Writer {
  registers = 0;
  scalars = 0;
  private readonly graph: Graph;
  private readonly places: readonly Place[];
  private readonly unit: number;
  /** Of a register: operations write whole lines. */
  private readonly bytes: number;
  private readonly before: Word[] = [];
  private readonly each: Word[] = [];
  private readonly known = new Map<number, { operand: BlockOperand; rate: Rate }>();
  private readonly targets = new Map<number, BlockOperand>();
  private readonly left: number[];
  private readonly free: number[] = [];

  constructor(graph: Graph, places: readonly Place[], unit: number, block: number) {
    this.graph = graph;
    this.places = places;
    this.unit = unit;
    this.bytes = roundUp(BYTES.float32 * block, LINE_BYTES);
    this.left = graph.nodes.map(({ uses }) => uses);
  }

  write(roots: readonly Root[]): {
    words: Word[];
    results: BlockOperand[];
    registers: number;
    scalars: number;
  } {
    const { graph } = this;
    for (const [i, { to }] of roots.entries()) if (to) this.targets.set(graph.roots[i]!, to);
    // Outputs that others use are made on the way; those that wait in a register are written at the end.
    const values = graph.roots.map((root) => this.value(root).operand);
    const isOverwritten = (value: BlockOperand) =>
      roots.some(({ to }, i) => to && isSame(to, value) && !isSame(to, values[i]!));
    const made = values.map((value) => (isOverwritten(value) ? this.kept(value) : value));
    const results = roots.map(({ to }, i) => {
      if (to && !isSame(made[i]!, to)) this.each.push(...operation('COPY', to, made[i]!));
      return to ?? this.spread(made[i]!);
    });
    const { registers, scalars } = this;
    return { words: [...this.before, END, ...this.each, END], results, registers, scalars };
  }

  /** Where a value is, made if it is not yet: in the place of an output, if that does no harm. */
  private value(number: number): { operand: BlockOperand; rate: Rate } {
    const known = this.known.get(number);
    if (known) return known;
    const made = this.make(number, this.targets.get(number));
    this.known.set(number, made);
    return made;
  }

  private make(number: number, to: BlockOperand | undefined): { operand: BlockOperand; rate: Rate } {
    const { formula, args } = this.graph.nodes[number]!;
    if (formula.kind === 'constant') {
      const operand = this.scalar();
      this.before.push(...operation('CONSTANT', operand), real(formula.value));
      return { operand, rate: 'once' };
    }
    if (formula.kind === 'read') return this.read(formula, args, to);
    if (formula.kind !== 'call') throw new Error('a total is read where nothing has been collected');
    const given = args.map((arg) => this.value(arg));
    const rates = given.map(({ rate }) => rate);
    const rate = rates.includes('block') ? 'block' : rates.includes('period') ? 'period' : 'once';
    for (const arg of args) this.release(arg);
    const operand = this.target(rate, to);
    const name = formula.name.toUpperCase() as OperationName;
    this.list(rate).push(...operation(name, operand, ...given.map((value) => value.operand)));
    return { operand, rate };
  }

  private read(
    { input, view }: Read,
    [outside]: readonly number[],
    to: BlockOperand | undefined,
  ): { operand: BlockOperand; rate: Rate } {
    const place = this.places[input]!;
    if (isDense(view) && sizeOf(view.shape) > 1)
      return { operand: [place.address, IN_MEMORY], rate: 'block' };
    const period = periodOf(view);
    if (period === 1) {
      const operand = this.scalar();
      this.before.push(...operation('SPLAT', operand), elementAt(place, view.offset));
      return { operand, rate: 'once' };
    }
    const rate = period && this.unit % period === 0 ? 'period' : 'block';
    const filled = outside === undefined ? undefined : this.value(outside);
    if (outside !== undefined) this.release(outside);
    const operand = this.target(rate, to);
    if (filled && !isSame(filled.operand, operand))
      this.list(rate).push(...operation('COPY', operand, filled.operand));
    const axes = axesOf(view);
    const geometry = [
      ...axes.map(({ size }) => size),
      ...axes.map(({ stride }) => stride),
      ...axes.map(({ bounds }) => bounds[0]),
      ...axes.map(({ bounds }) => bounds[1]),
    ];
    const [code, , ...y] = operation('GATHER', operand);
    this.list(rate).push(
      code!,
      6 + geometry.length,
      ...y,
      elementAt(place, view.offset),
      axes.length,
      ...geometry,
    );
    return { operand, rate };
  }

  /** What lies in memory, in a register. */
  private kept(operand: BlockOperand): BlockOperand {
    const register = this.target('block', undefined);
    this.each.push(...operation('COPY', register, operand));
    return register;
  }

  /** A single number as a block of it. */
  private spread(operand: BlockOperand): BlockOperand {
    if (operand[1] !== SCALAR) return operand;
    const block = this.target('period', undefined);
    this.before.push(...operation('COPY', block, operand));
    return block;
  }

  private list(rate: Rate): Word[] {
    return rate === 'block' ? this.each : this.before;
  }

  /** A place for a new value. */
  private target(rate: Rate, to: BlockOperand | undefined): BlockOperand {
    if (rate === 'once') return this.scalar();
    if (rate === 'block' && to && !this.isReadLater(to)) return to;
    const index = (rate === 'block' ? this.free.pop() : undefined) ?? this.registers++;
    return [this.bytes * index, REGISTER];
  }

  /** Scalars lie behind the registers, from the end on. */
  private scalar(): BlockOperand {
    return [REGISTER_BYTES - LINE_BYTES * ++this.scalars, SCALAR];
  }

  /** Is there an input at this place that is still to be read? */
  private isReadLater([address]: BlockOperand): boolean {
    return this.graph.nodes.some(
      ({ formula }, number) =>
        formula.kind === 'read' && this.left[number]! > 0 && this.places[formula.input]!.address === address,
    );
  }

  /** A value has been used: the last time it gives its register back. */
  private release(number: number): void {
    this.left[number]!--;
    const { operand, rate } = this.known.get(number)!;
    if (this.left[number] === 0 && rate === 'block' && operand[1] === REGISTER)
      this.free.push(operand[0] / this.bytes);
  }
}

/** The number of each operation. */
const OPERATIONS: Readonly<Record<OperationName, number>> = operations;

/** What an expression can do: the base functions, and moves. */
type OperationName = Uppercase<BaseName> | 'COPY' | 'CONSTANT' | 'SPLAT' | 'GATHER';

function operation(name: OperationName, ...operands: readonly BlockOperand[]): Word[] {
  // Two of these are followed by a word of their own.
  const words = 2 + 2 * operands.length + (name === 'CONSTANT' || name === 'SPLAT' ? 1 : 0);
  return [OPERATIONS[name], words, ...operands.flat()];
}

function isSame(a: BlockOperand, b: BlockOperand): boolean {
  return a[0] === b[0] && a[1] === b[1];
}

/** The axes of a view, as few as they can be: one at least. */
function axesOf(view: View): Axis[] {
  const axes = jointAxes([view], [...view.shape.keys()]).flat();
  return axes.length > 0 ? axes : [{ size: 1, stride: 0, bounds: [0, 1] }];
}

/** After how many elements a view begins again, 1 if it shows a single number; undefined if it does not repeat. */
function periodOf(view: View): number | undefined {
  if (!isWhole(view)) return undefined;
  const [outer, ...inner] = axesOf(view);
  if (outer!.size === 1 && inner.length === 0) return 1;
  return outer!.stride === 0 ? sizeOf(inner.map(({ size }) => size)) : undefined;
}

function leastCommonMultiple(a: number, b: number): number {
  return (a / commonDivisor(a, b)) * b;
}
