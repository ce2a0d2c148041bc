import type { ForEachBase, Formula } from './formula.ts';

/** The base functions of numbers, in float64. */
export const onNumbers: ForEachBase<
  (x: number) => number,
  (a: number, b: number) => number,
  (condition: number, a: number, b: number) => number
> = {
  neg: (x) => -x,
  abs: Math.abs,
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  sqrt: Math.sqrt,
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  maximum: (a, b) => Math.max(a, b),
  minimum: (a, b) => Math.min(a, b),
  greater: (a, b) => (a > b ? 1 : 0),
  pow: (a, b) => a ** b,
  select: (condition, a, b) => (condition !== 0 ? a : b),
};

/** The number that a formula of constants comes to; undefined of one that reads anything. */
export function numberOf(formula: Formula): number | undefined {
  if (formula.kind === 'constant') return formula.value;
  if (formula.kind !== 'call') return undefined;
  const args = formula.args.map(numberOf);
  if (args.some((arg) => arg === undefined)) return undefined;
  return (onNumbers[formula.name] as (...values: (number | undefined)[]) => number)(...args);
}
