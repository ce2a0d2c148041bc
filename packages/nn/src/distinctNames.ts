/** Throws where two variables have one name, of which only one would be kept. */
export function checkDistinctNames(names: readonly string[]): void {
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) throw nameIsTaken(twice);
}

/** What is thrown for the second variable of a name. */
export function nameIsTaken(name: string): Error {
  return new Error(
    `two variables are named ${name}, and a file holds one tensor of each name: rename one ` +
      '(of a parameter p, training keeps p.m and p.v, too)',
  );
}
