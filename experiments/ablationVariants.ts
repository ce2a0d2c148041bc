import type { NlrnConfig } from '@nlrn/nlrn';
import type { Experiment, Variant } from './lib/experiment.ts';
import { FULL, printed } from './paper.ts';

const FEWER = 'the fewer states have the module, the worse (-0.04, -0.08) (Table 2, Section 5.1)';

/** Each differs from the full model in one thing; `packages/nlrn/src/config.ts` says how. */
const VARIANTS: readonly Variant[] = [
  {
    name: 'untied',
    label: 'Untied weights',
    network: { tied: false },
    paper: printed(
      2,
      'NLRN without parameter sharing',
      'untied weights are worse (-0.15): more over-fitting, slower convergence (Table 2, Section 5.1)',
    ),
  },
  {
    name: 'recurrent',
    label: 'RNN, same number of parameters',
    network: { module: 'pointwise' },
    paper: printed(
      2,
      'RNN with the same number of parameters',
      'a plain RNN with as many parameters is about 0.2 dB worse (-0.19) (Table 2, Section 5.1)',
    ),
  },
  {
    name: 'everySecond',
    label: 'Non-local in every 2nd state',
    network: { moduleEvery: 2 },
    paper: printed(2, 'Non-local module in every other state', FEWER),
  },
  {
    name: 'everyThird',
    label: 'Non-local in every 3rd state',
    network: { moduleEvery: 3 },
    paper: printed(2, 'Non-local module in every 3 states', FEWER),
  },
  {
    name: 'noPropagation',
    label: 'No correlation propagation',
    network: { propagation: false },
    paper: printed(
      2,
      'NLRN without propagating correlations',
      'propagating the correlation helps (+0.02) (Table 2, Section 5.1)',
    ),
  },
  { name: 'nlrn', label: 'NLRN', network: {}, paper: FULL },
];

/**
 * Table 2: what recurrence, the non-local module and correlation propagation are each good for.
 *
 * The RNN spends the module's parameters on two 1 x 1 convolutions in its place.
 */
export const ablationVariants: Experiment = {
  name: 'ablation-variants',
  title: 'Table 2: variants of the network, denoising at sigma 25',
  fullModel: 'nlrn',
  variants: ({ network }) => VARIANTS.filter((variant) => isAnother(variant, network)),
};

/** Whether a variant differs from the full model, or is it, with that many states: with one there is nothing to share or to hand on. */
function isAnother(
  { network: { tied, propagation, moduleEvery = 1 } }: Variant,
  { states }: NlrnConfig,
): boolean {
  const needsStates = tied === false || propagation === false ? 2 : moduleEvery;
  return states >= needsStates;
}
