import type { Variable } from '@nlrn/tensor';

const squares = new WeakSet<Variable>();

/** Marks a variable, whatever its name, as one that is never below zero: a running variance, or Adam's mean of squared gradients. */
export function ofSquares(variable: Variable): Variable {
  squares.add(variable);
  return variable;
}

/** The least value that a variable can have. */
export function leastOf(variable: Variable): number {
  return squares.has(variable) ? 0 : -Infinity;
}
