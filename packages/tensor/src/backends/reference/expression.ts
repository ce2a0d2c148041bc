import type { Stored } from '../../elementType.ts';
import {
  areOfOneShape,
  type Collected,
  type Expression,
  type Expressions,
  outputShape,
} from '../../expressions/expression.ts';
import type { Formula } from '../../expressions/formula.ts';
import { onNumbers } from '../../expressions/numbers.ts';
import { isDense, positionsOf } from '../../expressions/view.ts';
import { type Shape, sizeOf, stridesOf } from '../../shape.ts';

/** Computes outputs element by element; sums are collected in float64. */
export function evaluate(
  expressions: Expressions,
  inputs: readonly Stored[],
  outputs: readonly Stored[],
): void {
  if (areOfOneShape(expressions)) evaluateTogether(expressions, inputs, outputs);
  else for (const [i, one] of expressions.entries()) evaluateTogether([one], inputs, [outputs[i]!]);
}

function evaluateTogether(
  expressions: Expressions,
  inputs: readonly Stored[],
  outputs: readonly Stored[],
): void {
  const elements = expressions.map((expression) => elementOf(expression, inputs));
  const found = new Float64Array(elements.length);
  const count = sizeOf(outputShape(expressions[0]));
  for (let at = 0; at < count; at++) {
    // All before any is stored: an output may lie over an input.
    for (let k = 0; k < found.length; k++) found[k] = elements[k]!(at);
    for (let k = 0; k < found.length; k++) outputs[k]!.data[at] = found[k]!;
  }
}

/** An output's element at a place, counted in row-major order. */
type Element = (at: number) => number;

function elementOf(expression: Expression, inputs: readonly Stored[]): Element {
  if (expression.kind === 'elementwise') return compiled(expression.element, inputs);
  const totals = new Float64Array(sizeOf(outputShape(expression)));
  if (expression.by === 'max') totals.fill(-Infinity);
  for (const collected of expression.of) collect(collected, expression.by, totals, inputs);
  return compiled(expression.finish, inputs, (at) => totals[at]!);
}

function collect(
  { shape, axes, element }: Collected,
  by: 'sum' | 'max',
  totals: Float64Array,
  inputs: readonly Stored[],
): void {
  const value = compiled(element, inputs);
  const to = positionsOf({
    shape,
    offset: 0,
    strides: keptStrides(shape, axes),
    bounds: shape.map((n) => [0, n]),
  });
  for (const [at, place] of to.entries()) {
    totals[place] = by === 'sum' ? totals[place]! + value(at) : Math.max(totals[place]!, value(at));
  }
}

/** For each axis, how far one step along it goes in what is left when some are reduced. */
function keptStrides(shape: Shape, axes: readonly number[]): number[] {
  const kept = stridesOf(shape.filter((_, axis) => !axes.includes(axis)));
  return shape.map((_, axis) => (axes.includes(axis) ? 0 : kept.shift()!));
}

function compiled(
  formula: Formula,
  inputs: readonly Stored[],
  total: Element = () => Number.NaN,
  known = new Map<Formula, Element>(),
): Element {
  const made = known.get(formula) ?? compile(formula, inputs, total, known);
  known.set(formula, made);
  return made;
}

function compile(
  formula: Formula,
  inputs: readonly Stored[],
  total: Element,
  known: Map<Formula, Element>,
): Element {
  const part = (inner: Formula) => compiled(inner, inputs, total, known);
  if (formula.kind === 'total') return total;
  if (formula.kind === 'constant') return () => formula.value;
  if (formula.kind === 'read') {
    const { data } = inputs[formula.input]!;
    if (isDense(formula.view)) return (at) => data[at]!;
    const positions = positionsOf(formula.view);
    const outside = formula.outside && part(formula.outside);
    return (at) => (positions[at]! < 0 ? outside!(at) : data[positions[at]!]!);
  }
  const [a, b, c] = formula.args.map(part) as [Element, Element, Element];
  const f = onNumbers[formula.name] as (...values: number[]) => number;
  if (formula.args.length === 1) return (at) => f(a(at));
  if (formula.args.length === 2) return (at) => f(a(at), b(at));
  return (at) => f(a(at), b(at), c(at));
}
