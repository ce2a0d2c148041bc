import { prepareNormalization } from '../aggregate.ts';
import { prepareBilateral } from '../bilateral.ts';
import { prepareMatching } from '../blockMatching.ts';
import { prepareStep } from '../bm3d/step.ts';
import { prepareNonLocalMeans } from '../nonLocalMeans.ts';
import { prepareLowRankStep } from '../wnnm/lowRankStep.ts';

/** What threads can do: each task prepares for its input, which is memory that all threads see, and then does it by parts. */
export const TASKS = {
  matching: prepareMatching,
  bm3dStep: prepareStep,
  normalization: prepareNormalization,
  nonLocalMeans: prepareNonLocalMeans,
  bilateral: prepareBilateral,
  lowRankStep: prepareLowRankStep,
};

export type TaskName = keyof typeof TASKS;
export type TaskInput<Name extends TaskName> = Parameters<(typeof TASKS)[Name]>[0];
