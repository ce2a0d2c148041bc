/** The pixel of a row of n that stands at place j, which may lie beyond its ends: … c b a | a b c … z | z y x … */
export function mirror(j: number, n: number): number {
  const folded = ((j % (2 * n)) + 2 * n) % (2 * n);
  return folded < n ? folded : 2 * n - 1 - folded;
}
