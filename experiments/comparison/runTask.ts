import { type Choice, testingFacts } from '@nlrn/cli';
import type { EvaluationProgress } from '@nlrn/nn';
import type { Place } from '../lib/queue.ts';
import { atLevel } from './axis.ts';
import { writeCrops } from './crops.ts';
import { open } from './open.ts';
import { type ComparisonOptions, secondsOf, type Task } from './plan.ts';
import type { Restoration } from './restoration.ts';
import { restoreSet } from './restoreSet.ts';

/** The options, and what is found once for all runs. */
export type Using = Omit<ComparisonOptions, 'backend'> & {
  readonly backend: Choice;
  readonly environment: Omit<Restoration['environment'], 'backend'>;
};

/** Makes a run, showing how far it is, with the time left: for itself, and for those that come later. */
export async function runShown(
  task: Task,
  { signal, claimed, later }: Place<Task, Restoration>,
  options: Using,
): Promise<Restoration | null> {
  const line = options.showProgress();
  const own = secondsOf([task], options);
  const secondsLater = secondsOf(later, options);
  const inAll = (left = own) => (later.length === 0 ? undefined : left + secondsLater);
  const onProgress = (progress: EvaluationProgress) => {
    line.show(testingFacts(progress, inAll(progress.secondsLeft)));
    claimed.refresh();
  };
  try {
    return await runTask(task, signal, onProgress, options);
  } finally {
    line.clear();
  }
}

async function runTask(
  { method, loaded, level, weights, file }: Task,
  signal: AbortSignal,
  onProgress: (progress: EvaluationProgress) => void,
  options: Using,
): Promise<Restoration | null> {
  // Each run has its own backend: what one leaves behind cannot burden the next.
  const opened = await open(method, level, options);
  try {
    const restored = await restoreSet(loaded, opened, signal, onProgress);
    if (!restored) return null;
    const { name, source, hash, images } = loaded.dataset;
    const { sets, axis } = options.definition;
    // Those that are shown are grey: they would be the common protocol's.
    const hasCrops = loaded.set.name === sets[0]!.name && !method.needsColour;
    return {
      method: method.name,
      set: loaded.set.name,
      ...atLevel(axis, level),
      parameters: opened.parameters,
      weights,
      test: { name, source, hash, images: images.length },
      of: loaded.of,
      ...restored,
      crops: hasCrops ? await writeCrops(file, atLevel(axis, level), opened) : [],
      finished: new Date().toISOString(),
      environment: { ...options.environment, backend: opened.description },
      sources: options.sources,
    };
  } finally {
    await opened.close();
  }
}
