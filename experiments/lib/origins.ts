import { counted } from './numbers.ts';

/** The hashes of the sources that are running; `methods` where other methods than networks that are trained here are compared. */
export interface Today {
  readonly model: string;
  readonly engine: string;
  readonly methods?: string;
}

/** What a result says of the sources that made it. */
export type Origin = { readonly [part in keyof Today]: Today[part] | undefined } | undefined;

/** What a run from before there were hashes of sources is by. Whether they are today's nobody can tell. */
export const UNNAMED_SOURCES = 'sources that the run does not name';

/** By which sources a run was made, if they are not, or not surely, those that are running. */
export function otherOrigin(sources: Origin, today: Today): string | undefined {
  if (!sources) return UNNAMED_SOURCES;
  if (sources.model !== today.model) return 'other sources of the model';
  if (today.methods !== undefined && sources.methods !== today.methods)
    return sources.methods === undefined
      ? 'sources of the methods that the run does not name'
      : 'other sources of the methods';
  return sources.engine === today.engine ? undefined : 'another engine, whose rounding may differ';
}

/** How many runs of tables are by other sources, and which; none if all are by those that are running. */
export function originNotes(
  runs: readonly { readonly name: string; readonly sources: Origin }[],
  today: Today,
): string[] {
  const origins = Map.groupBy(runs, ({ sources }) => otherOrigin(sources, today));
  origins.delete(undefined);
  return [...origins].map(
    ([origin, others]) =>
      `in the tables, ${others.length} of ${counted(runs.length, 'run')} by ${origin}: ${firstNames(others.map(({ name }) => name))}`,
  );
}

/** Runs that are named when many are alike. */
const NAMED = 3;

/** `full.seed1, states-3.seed1, states-3.seed2 and 5 more` */
function firstNames(names: readonly string[]): string {
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  return `${names.slice(0, NAMED).join(', ')}${more}`;
}
