import { totalSteps } from '@nlrn/nn';
import { median, sum } from 'simple-statistics';
import type { Run } from './results.ts';
import type { Task } from './task.ts';

/** How long the training of a run is. */
interface Long {
  readonly config: Pick<Task['config'], 'steps' | 'settling' | 'batch' | 'patch'>;
}

/** What is known of a run that is finished. */
type Timed = Pick<Run, 'id' | 'trainingSeconds' | 'evaluationSeconds'> & Long;

/**
 * Seconds that tasks will probably take, training and testing: as long as their networks took with other seeds, or, where that
 * is not known, as runs take for as many pixels. The median, as machines are stopped at times. Undefined while there is no run.
 */
export function secondsOf(
  tasks: readonly (Pick<Task, 'id'> & Long)[],
  runs: readonly Timed[],
): number | undefined {
  if (runs.length === 0) return undefined;
  const took = (run: Timed) => run.trainingSeconds + run.evaluationSeconds;
  const own = Map.groupBy(runs, ({ id }) => id);
  const ofPixel = median(runs.map((run) => took(run) / pixelsOf(run)));
  return sum(
    tasks.map((task) => {
      const same = own.get(task.id);
      return same ? median(same.map(took)) : ofPixel * pixelsOf(task);
    }),
  );
}

/** The pixels that a training sees, over all of its steps. */
export function pixelsOf({ config }: Long): number {
  return totalSteps(config) * config.batch * config.patch ** 2;
}
