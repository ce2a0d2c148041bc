import { median, sum } from 'simple-statistics';
import type { Run } from './results.ts';
import type { Task } from './task.ts';

/** What is known of a run that is finished. */
type Timed = Pick<Run, 'id' | 'trainingSeconds' | 'evaluationSeconds'>;

/**
 * Seconds that tasks will probably take, training and testing: as long as their networks took with other seeds, or, where that
 * is not known, as runs take. The median, as machines are stopped at times. Undefined while there is no run.
 */
export function secondsOf(tasks: readonly Pick<Task, 'id'>[], runs: readonly Timed[]): number | undefined {
  if (runs.length === 0) return undefined;
  const typical = (some: readonly Timed[]) =>
    median(some.map((run) => run.trainingSeconds + run.evaluationSeconds));
  const all = typical(runs);
  const own = new Map([...Map.groupBy(runs, ({ id }) => id)].map(([id, some]) => [id, typical(some)]));
  return sum(tasks.map(({ id }) => own.get(id) ?? all));
}
