import type { RoutineName } from '../primitives/index.ts';
import { BackendError } from './backendError.ts';

/** What a backend has for a routine. Throws, with the remedy, for a primitive of which it has no kernel. */
export function routineOf<T extends Readonly<Record<RoutineName, unknown>>>(
  table: T,
  name: string,
  backend: string,
): T[RoutineName] {
  if (Object.hasOwn(table, name)) return table[name as RoutineName];
  throw new BackendError(
    `the primitive ${name} has no kernel on ${backend}: define it by expressions, which every backend computes; a kernel of its own runs on the reference backend alone`,
  );
}
