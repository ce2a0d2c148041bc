import type { Tensor } from './tensor.ts';

const given = new WeakMap<Tensor, string>();

/**
 * Gives a tensor a name, by which printed formulas, programs, profiles and errors call it; returns the tensor.
 *
 *   const s0 = named('s^0', conv2d(x, w))      // %7 = conv2d(x, w)  is now  s^0 = conv2d(x, w)
 *
 * A name is for people, and no part of the formula: equal formulas are computed once, whatever they are called. The
 * first name stays: an input's, a variable's, or one that the tensor was given before.
 */
export function named<T extends Tensor>(name: string, tensor: T): T {
  if (nameOf(tensor) === undefined) given.set(tensor, name);
  return tensor;
}

/** The name, or the first of `name#2`, `name#3`, … if it is taken; from now on it is. */
export function takeName(name: string, taken: Set<string>): string {
  let own = name;
  for (let n = 2; taken.has(own); n++) own = `${name}#${n}`;
  taken.add(own);
  return own;
}

/** The name of an input or a variable, or the one that another tensor was given; undefined if it has none. */
export function nameOf(tensor: Tensor): string | undefined {
  return tensor.origin.kind === 'operation' ? given.get(tensor) : tensor.origin.name;
}
