import { median, sum } from 'simple-statistics';
import type { Run } from './results.ts';
import { type TrainingLength, trainedPixels } from './trainedPixels.ts';

/** What is known of a run that is finished. */
type Timed = Pick<Run, 'id' | 'trainingSeconds' | 'evaluationSeconds'> & { readonly config: TrainingLength };

/** A run that is to come. */
interface Planned {
  readonly id: string;
  readonly config: TrainingLength;
}

/**
 * Seconds that tasks will probably take, training and testing: as long as their networks took with other seeds, or, where that
 * is not known, as runs take for as many pixels. The median, as machines are stopped at times. Undefined while there is no run.
 */
export function secondsOf(tasks: readonly Planned[], runs: readonly Timed[]): number | undefined {
  if (runs.length === 0) return undefined;
  const took = (run: Timed) => run.trainingSeconds + run.evaluationSeconds;
  const own = Map.groupBy(runs, ({ id }) => id);
  const ofPixel = median(runs.map((run) => took(run) / trainedPixels(run.config)));
  return sum(
    tasks.map((task) => {
      const same = own.get(task.id);
      return same ? median(same.map(took)) : ofPixel * trainedPixels(task.config);
    }),
  );
}
