import type { NlrnConfig } from '@nlrn/nlrn';
import type { Experiment, Variant } from './lib/experiment.ts';
import { alongFigure6 } from './paper.ts';

/** Added to the full model's T, times a quarter of it, at least one. */
const STEPS = [-3, -2, -1, 0, 1, 2, 5];

/** Figure 6: the unrolling length T against PSNR. */
export const unrollingLength: Experiment = {
  name: 'unrolling-length',
  title: 'Figure 6: unrolling length, denoising at sigma 25',
  axis: 'T',
  fullModel: 'full',
  variants: ({ network }) => {
    const { states } = network;
    const step = Math.max(1, Math.round(states / 4));
    return STEPS.map((k) => states + k * step)
      .filter((T) => T >= 1)
      .map((T) => variantOf(T, network));
  },
};

function variantOf(T: number, full: NlrnConfig): Variant {
  return {
    name: T === full.states ? 'full' : `T${T}`,
    label: `T = ${T}`,
    network: { states: T },
    x: T,
    paper: alongFigure6(T, full),
  };
}
