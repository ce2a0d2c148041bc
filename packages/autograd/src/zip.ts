/** Pairs of what stands at the same place in two lists, of which the second is as long as the first. */
export function zip<A, B>(first: ArrayLike<A>, second: ArrayLike<B>): [A, B][] {
  return Array.from(first, (a, i) => [a, second[i]!]);
}
