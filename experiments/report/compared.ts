import { isReference, type Results, type Row } from '../lib/results.ts';
import { testOf } from '../lib/statistics.ts';

/** A row that is compared with another, and the table that it stands in. */
export interface Compared {
  readonly row: Row;
  readonly results: Results;
}

/** The rows that are compared with others; the same two networks in two tables count once, where they stand first. */
export function comparedRows(experiments: readonly Results[]): Compared[] {
  const tests = new Map<string, Compared>();
  for (const results of experiments)
    for (const row of results.rows) {
      const test = testOf(row, results.rows);
      if (!isReference(row) && !tests.has(test)) tests.set(test, { row, results });
    }
  return [...tests.values()];
}
