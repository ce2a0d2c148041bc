import type { Experiment, Variant } from './lib/experiment.ts';
import { FULL, NOT_IN_PAPER, printed } from './paper.ts';

/** The scale's steps times these. */
const LENGTHS = [1 / 4, 1, 2];

const WORDS =
  'untied weights are worse (-0.15): more over-fitting, slower convergence (Table 2, Section 5.1); it has one training length';

/**
 * Table 2's row of untied weights at three lengths of training, each beside tied ones trained as long.
 *
 * The paper has one length, so that its row stands beside the scale's own alone; of the others it says nothing. But it says that
 * untied weights converge more slowly and over-fit, and both depend on the length: the rows tell whether a difference of the other
 * sign at a short training is on its way to the paper's.
 */
export const trainingLength: Experiment = {
  name: 'training-length',
  title: 'Table 2, longer and shorter: untied weights against the length of training',
  fullModel: 'tied',
  variants: ({ steps }) => lengthsOf(steps).flatMap((length) => pairOf(length, steps)),
};

/** Each once, and of one step at least. */
function lengthsOf(steps: number): number[] {
  return [...new Set(LENGTHS.map((factor) => Math.max(1, Math.round(factor * steps))))];
}

/** Untied weights, and the tied ones that they are compared with, trained for as many steps. */
function pairOf(steps: number, full: number): Variant[] {
  const isPapers = steps === full;
  const suffix = isPapers ? '' : String(steps);
  const [words, against] = [`${steps.toLocaleString('en')} steps`, `tied${suffix}`];
  return [
    {
      name: `untied${suffix}`,
      label: `Untied, ${words}`,
      network: { tied: false },
      steps,
      against,
      paper: isPapers ? printed(2, 'NLRN without parameter sharing', WORDS) : NOT_IN_PAPER,
    },
    {
      name: against,
      label: `Tied, ${words}`,
      network: {},
      steps,
      against,
      paper: isPapers ? { ...FULL, words: null } : NOT_IN_PAPER,
    },
  ];
}
