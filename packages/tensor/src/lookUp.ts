/** The entry of a table. Throws, listing the names that there are, for one that it does not have. */
export function lookUp<T extends object>(table: T, name: PropertyKey, what: string): T[keyof T] {
  if (Object.hasOwn(table, name)) return table[name as keyof T];
  throw new Error(`no ${what} is named ${String(name)}; there are ${Object.keys(table).join(', ')}`);
}
