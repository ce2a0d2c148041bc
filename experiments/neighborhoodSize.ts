import type { NlrnConfig } from '@nlrn/nlrn';
import type { Experiment, Variant } from './lib/experiment.ts';
import { alongFigure5 } from './paper.ts';

/** The full model's q times these, to the nearest odd number. */
const FACTORS = [1 / 3, 5 / 9, 7 / 9, 1, 13 / 9, 21 / 9, 31 / 9];

/** The largest side is below the patch's times this: of a larger one most lies outside the patch in training. */
const LARGEST_OF_PATCH = 1.5;

/**
 * Figure 5: the side q of the neighbourhood against PSNR; the last point is the whole image.
 *
 * All rows are trained on patches of the scale's size, as they are to differ in the network alone: a neighbourhood that
 * is larger than a patch is the whole patch in training, and q x q in testing. Differs: the paper's patches are q x q.
 * The whole image is the whole patch in training, and pieces of 95 x 95 pixels in testing: a larger one
 * has too many pairs of pixels.
 */
export const neighborhoodSize: Experiment = {
  name: 'neighborhood-size',
  title: 'Figure 5: size of the neighbourhood, denoising at sigma 25',
  axis: 'q',
  fullModel: 'full',
  variants: ({ network, patch }) => [
    ...sidesNear(Number(network.neighborhood), LARGEST_OF_PATCH * patch).map((q) => variantOf(q, network)),
    {
      name: 'whole',
      label: 'Whole image',
      network: { neighborhood: 'image' },
      paper: alongFigure5('image', network),
    },
  ],
};

/** The sides of the figure, each once. */
function sidesNear(own: number, end: number): number[] {
  const sides = FACTORS.map((factor) => oddNear(factor * own));
  return [...new Set(sides)].filter((side) => side <= own || side < end);
}

function variantOf(q: number, full: NlrnConfig): Variant {
  return {
    name: q === full.neighborhood ? 'full' : `q${q}`,
    label: `q = ${q}`,
    network: { neighborhood: q },
    x: q,
    paper: alongFigure5(q, full),
  };
}

function oddNear(value: number): number {
  return 2 * Math.round((value - 1) / 2) + 1;
}
