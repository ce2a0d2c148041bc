/**
 * Of things that are in one group, as `groupOf` tells, and should be of one kind, as `kindOf` tells, those that are of another
 * than most of them; of two kinds that are as frequent, those of the one that comes later.
 */
export function exceptions<T>(
  things: readonly T[],
  groupOf: (thing: T) => string,
  kindOf: (thing: T) => string,
): T[] {
  return [...Map.groupBy(things, groupOf).values()].flatMap((group) =>
    [...Map.groupBy(group, kindOf).values()]
      .toSorted((a, b) => b.length - a.length)
      .slice(1)
      .flat(),
  );
}
