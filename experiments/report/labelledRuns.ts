import type { Results, Run } from '../lib/results.ts';

/** A network that was trained, as the first table or figure that has it calls it. */
export interface LabelledRuns {
  readonly id: string;
  readonly label: string;
  /** In the order of their seeds */
  readonly runs: readonly Run[];
}

/** The networks of the experiments that have runs, each one once: the full model, then the others in their order. */
export function labelledRuns(experiments: readonly Results[], runs: readonly Run[]): LabelledRuns[] {
  const labels = new Map([['full', 'Full model']]);
  for (const { id, label } of experiments.flatMap(({ rows }) => rows)) {
    if (!labels.has(id)) labels.set(id, label);
  }
  const sorted = runs.toSorted((a, b) => a.seed - b.seed);
  return [...labels]
    .map(([id, label]) => ({ id, label, runs: sorted.filter((run) => run.id === id) }))
    .filter((network) => network.runs.length > 0);
}
