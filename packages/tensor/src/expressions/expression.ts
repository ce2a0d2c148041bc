import { expect, formatShape, type Shape, sameShape, sizeOf } from '../shape.ts';
import { constant, type Formula, type Read, readsOf, substitute } from './formula.ts';
import { broadcast, dense, isDense, type View } from './view.ts';

/** One formula for every place of a shape: the elements of an output, row-major. */
export interface Elementwise {
  readonly kind: 'elementwise';
  readonly shape: Shape;
  readonly element: Formula;
}

/** What a reduction collects: a formula at every place of a shape, over some of its axes. */
export interface Collected {
  readonly shape: Shape;
  readonly axes: readonly number[];
  readonly element: Formula;
}

/**
 * The sum or the largest of all places along some axes; the other axes are the output's. `finish` makes the output's element
 * of the `total`. If there are several formulas, it is the sum of all their places: none of their axes is left.
 */
export interface Reduction {
  readonly kind: 'reduction';
  readonly by: 'sum' | 'max';
  readonly of: readonly Collected[];
  readonly finish: Formula;
}

/** How an output is computed from the inputs. */
export type Expression = Elementwise | Reduction;

/** Those of the outputs of an operation, of which there is one at least. */
export type Expressions = readonly [Expression, ...Expression[]];

/** An input as a primitive's definition sees it: dense, or a formula of others that is put in its place. */
export interface Source {
  readonly shape: Shape;
  readonly element: Formula;
}

/** A source that is input number `input` itself. */
export function sourceOf(shape: Shape, input: number): Source {
  return { shape, element: { kind: 'read', input, view: dense(shape) } };
}

/** Thrown where a formula cannot be looked at through a view: then its values must be in memory first. */
export class NotAView extends Error {}

/**
 * The element of a source, of which a place is looked up through views of views. With `outside` the view may go beyond the
 * source's own places: that is what is there.
 */
export function look(
  { element }: Source,
  through: (view: View) => View | undefined,
  outside?: Formula,
): Formula {
  if (outside && element.kind !== 'read') throw new NotAView();
  return substitute(element, (read) => lookAt(read, through, outside));
}

function lookAt(read: Read, through: (view: View) => View | undefined, outside: Formula | undefined): Read {
  const view = through(read.view);
  const isOne = !read.outside || !outside || isSame(read.outside, outside);
  if (!view || !isOne) throw new NotAView();
  return { ...read, view, ...(outside && { outside }) };
}

function isSame(a: Formula, b: Formula): boolean {
  return a.kind === 'constant' && b.kind === 'constant' && Object.is(a.value, b.value);
}

type ElementsOf<Sources extends readonly Source[]> = { -readonly [I in keyof Sources]: Formula };

/** Sources of one shape, or repeated to it as NumPy does, element by element. */
export function elementwise<const Sources extends readonly Source[]>(
  shape: Shape,
  sources: Sources,
  formula: (...elements: ElementsOf<Sources>) => Formula,
): Elementwise {
  const elements = sources.map((source) => look(source, (view) => broadcast(view, shape)));
  return { kind: 'elementwise', shape, element: formula(...(elements as ElementsOf<Sources>)) };
}

/** An expression's own shape: that of its output. */
export function outputShape(expression: Expression): Shape {
  if (expression.kind === 'elementwise') return expression.shape;
  const { shape, axes } = expression.of[0]!;
  return shape.filter((_, axis) => !axes.includes(axis));
}

/** Are these computed place by place of one shape, and so can be together? Others are computed one after the other. */
export function areOfOneShape(
  expressions: Expressions,
): expressions is readonly [Elementwise, ...Elementwise[]] {
  const shape = outputShape(expressions[0]);
  return expressions.every((one) => one.kind === 'elementwise' && sameShape(one.shape, shape));
}

/** Terms of a reduction that 32 bits can count. */
const MOST_TERMS = 2 ** 31 - 1;

/**
 * Throws a `ShapeError`, in the name of an operation, unless its expressions have the shapes of its outputs; and for a reduction of
 * several formulas that is not the sum of all, or of more terms than kernels can count.
 */
export function checkExpressions(
  operation: string,
  expressions: Expressions,
  outputs: readonly { readonly shape: Shape }[],
): void {
  for (const one of expressions) if (one.kind === 'reduction') checkReduction(operation, one);
  const [made, wanted] = [expressions.map(outputShape), outputs.map(({ shape }) => shape)];
  expect(
    made.length === wanted.length && made.every((shape, i) => sameShape(shape, wanted[i]!)),
    operation,
    `its expressions are of ${made.map(formatShape).join(', ')}, its outputs of ${wanted.map(formatShape).join(', ')}: make them alike`,
  );
}

function checkReduction(operation: string, { by, of }: Reduction): void {
  for (const { shape } of of)
    expect(
      sizeOf(shape) <= MOST_TERMS,
      operation,
      `goes over ${formatShape(shape)}, ${sizeOf(shape)} terms in all, of which a kernel can count ${MOST_TERMS}: take a part at a time, such as a smaller batch`,
    );
  if (of.length > 1) {
    expect(
      by === 'sum',
      operation,
      `several formulas are reduced to their sum alone, not their ${by}: reduce each by itself`,
    );
    for (const { shape, axes } of of)
      expect(
        axes.length === shape.length,
        operation,
        `several formulas are summed along all of their axes, not along [${axes}] of ${formatShape(shape)}: reduce each by itself, and add the results`,
      );
  }
}

/** Every read of an expression. */
export function readsIn(expression: Expression): Read[] {
  if (expression.kind === 'elementwise') return readsOf(expression.element);
  return [...expression.of.flatMap(({ element }) => readsOf(element)), ...readsOf(expression.finish)];
}

/** The expression with its reads changed. */
export function mapReads(expression: Expression, readAs: (read: Read) => Formula): Expression {
  const mapped = (formula: Formula) => substitute(formula, readAs);
  if (expression.kind === 'elementwise') return { ...expression, element: mapped(expression.element) };
  const of = expression.of.map((collected) => ({ ...collected, element: mapped(collected.element) }));
  return { ...expression, of, finish: mapped(expression.finish) };
}

/**
 * Pairs [output, input] of expressions that are computed place by place: that output may be written over that input, which
 * is read at nothing but the place that is computed.
 */
export function inPlaceOf(expressions: Expressions): (readonly [number, number])[] {
  if (!areOfOneShape(expressions)) return [];
  const reads = expressions.flatMap(readsIn);
  const [{ shape }] = expressions;
  const inputs = [...new Set(reads.map(({ input }) => input))];
  const free = inputs.filter((input) =>
    reads.every(
      (read) => read.input !== input || (isDense(read.view) && sizeOf(read.view.shape) === sizeOf(shape)),
    ),
  );
  return expressions.flatMap((_, output) => free.map((input) => [output, input] as const));
}

export const ZERO = constant(0);
