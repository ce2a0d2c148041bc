import type { Experiment, Variant } from './lib/experiment.ts';
import { PAPER } from './paper.ts';

/** Each differs from the full model in one thing; `packages/nlrn/src/config.ts` says how. */
const VARIANTS: readonly Variant[] = [
  {
    name: 'untied',
    label: 'Untied weights',
    network: { tied: false },
    paper: PAPER.variants.untied,
  },
  {
    name: 'recurrent',
    label: 'RNN, same number of parameters',
    network: { module: 'pointwise' },
    paper: PAPER.variants.recurrent,
  },
  {
    name: 'everySecond',
    label: 'Non-local in every 2nd state',
    network: { moduleEvery: 2 },
    paper: PAPER.variants.everySecond,
  },
  {
    name: 'everyThird',
    label: 'Non-local in every 3rd state',
    network: { moduleEvery: 3 },
    paper: PAPER.variants.everyThird,
  },
  {
    name: 'noPropagation',
    label: 'No correlation propagation',
    network: { propagation: false },
    paper: PAPER.variants.noPropagation,
  },
  { name: 'nlrn', label: 'NLRN', network: {}, paper: PAPER.variants.full },
];

/**
 * Table 2: what recurrence, the non-local module and correlation propagation are each good for.
 *
 * The RNN spends the module's parameters on two 1 x 1 convolutions in its place. At the scale of two states, `quick`,
 * the module in every second and in every third state is the same network.
 */
export const ablationVariants: Experiment = {
  name: 'ablation-variants',
  title: 'Table 2: variants of the network, denoising at sigma 25',
  fullModel: 'nlrn',
  variants: () => VARIANTS,
};
