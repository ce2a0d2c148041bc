import type { View } from './view.ts';

/**
 * How one element is computed: a number, an element of an input, or a base function of other formulas.
 *
 * `read` is the element of input number `input` that the view shows at the place that is computed; where the view shows
 * none (beyond its bounds), it is `outside`. `total` stands for what a reduction has collected, in its last formula.
 */
export type Formula =
  | { readonly kind: 'constant'; readonly value: number }
  | Read
  | Application
  | { readonly kind: 'total' };

export interface Read {
  readonly kind: 'read';
  readonly input: number;
  readonly view: View;
  readonly outside?: Formula;
}

export interface Application {
  readonly kind: 'call';
  readonly name: BaseName;
  readonly args: readonly Formula[];
}

/** A formula, or a number that stands for a constant. */
export type Term = Formula | number;

/** Functions of one, two and three numbers that every backend computes by itself; all others are formulas of these. */
type Unary = 'neg' | 'abs' | 'exp' | 'expm1' | 'log' | 'sqrt';
type Binary = 'add' | 'sub' | 'mul' | 'div' | 'maximum' | 'minimum' | 'greater' | 'pow';
type Ternary = 'select';

export type BaseName = Unary | Binary | Ternary;

/** One thing for each base function: a backend that lacks one does not compile. */
export type ForEachBase<One, Two, Three> = { readonly [N in Unary]: One } & {
  readonly [N in Binary]: Two;
} & { readonly [N in Ternary]: Three };

export const total: Formula = { kind: 'total' };

export function constant(value: number): Formula {
  return { kind: 'constant', value };
}

const asFormula = (term: Term): Formula => (typeof term === 'number' ? constant(term) : term);

const call = (name: BaseName, ...args: Term[]): Formula => ({
  kind: 'call',
  name,
  args: args.map(asFormula),
});

/** The base functions. NaN goes through all of them but `greater`, `select`, and `pow` to the power 0. */
export const base: ForEachBase<
  (x: Term) => Formula,
  (a: Term, b: Term) => Formula,
  (condition: Term, a: Term, b: Term) => Formula
> = {
  /** -x */
  neg: (x) => call('neg', x),
  /** |x| */
  abs: (x) => call('abs', x),
  /** e to the power x */
  exp: (x) => call('exp', x),
  /** exp(x) - 1, without loss of digits near 0 */
  expm1: (x) => call('expm1', x),
  /** Natural logarithm; NaN below zero */
  log: (x) => call('log', x),
  /** Square root; NaN below zero */
  sqrt: (x) => call('sqrt', x),
  add: (a, b) => call('add', a, b),
  sub: (a, b) => call('sub', a, b),
  mul: (a, b) => call('mul', a, b),
  div: (a, b) => call('div', a, b),
  maximum: (a, b) => call('maximum', a, b),
  minimum: (a, b) => call('minimum', a, b),
  /** 1 where a > b, else 0 */
  greater: (a, b) => call('greater', a, b),
  /** a to the power b; of a negative number to whole powers alone, else NaN */
  pow: (a, b) => call('pow', a, b),
  /** a where the condition is not 0, else b */
  select: (condition, a, b) => call('select', condition, a, b),
};

/**
 * The formula with another one in the place of each read, what is outside of it first, and of the total. What it uses twice
 * stays one.
 */
export function substitute(
  formula: Formula,
  readAs: (read: Read) => Formula,
  totalAs: Formula = total,
): Formula {
  const known = new Map<Formula, Formula>();
  const substituted = (part: Formula): Formula => {
    if (part.kind === 'total') return totalAs;
    if (part.kind === 'constant') return part;
    const made = known.get(part) ?? remade(part);
    known.set(part, made);
    return made;
  };
  const remade = (part: Read | Application): Formula => {
    if (part.kind === 'call') return { ...part, args: part.args.map(substituted) };
    return readAs(part.outside ? { ...part, outside: substituted(part.outside) } : part);
  };
  return substituted(formula);
}

/** The formula and all that it is made of, each once. */
export function partsOf(formula: Formula): Set<Formula> {
  const parts = new Set([formula]);
  for (const part of parts) {
    if (part.kind === 'call') for (const arg of part.args) parts.add(arg);
    if (part.kind === 'read' && part.outside) parts.add(part.outside);
  }
  return parts;
}

/** Every read of a formula, also of those for places outside. */
export function readsOf(formula: Formula): Read[] {
  return [...partsOf(formula)].filter((part) => part.kind === 'read');
}
