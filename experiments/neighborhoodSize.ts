import type { NlrnConfig } from '@nlrn/nlrn';
import type { Experiment, Variant } from './lib/experiment.ts';
import { alongFigure5 } from './paper.ts';

/** The full model's q times these, to the nearest odd number. */
const FACTORS = [1 / 3, 5 / 9, 7 / 9, 1, 13 / 9, 21 / 9, 31 / 9];

/** The largest side is below the patch's times this. */
const LARGEST_OF_PATCH = 1.5;

/**
 * Figure 5: the side q of the neighbourhood against PSNR; the last point is the whole image.
 *
 * All rows are trained on patches of the scale's size, as they are to differ in the network alone. Differs: the paper's patches are
 * q x q. They differ in more, for a neighbourhood goes on at the patch's other border: of q x q neighbours in a patch of P x P the
 * share
 *
 *   1 - (1 - (q² - 1) / (4 q P))²      for q < 2 P
 *
 * is not near the pixel, 5 % at q = 3 and P = 25, 17 % at 9, 38 % at 21, 52 % at 31; in testing, on 256 x 256 pixels,
 * 0.5 to 6 %, and in the paper's training about 44 % at every q. A peak between 9 and 31 may come from the patch. With q above P the farthest pixels
 * count twice in training, or four times in the corners; in testing each counts once.
 *
 * The whole image is the largest square with an odd side in what the network is given: in training the whole patch, 625 neighbours of
 * 25 x 25 pixels, and in testing that of a piece of at most 95 x 95 (`createNlrn`; 76 x 76 or 87 x 87 of Set12's images, so 75 x 75 or
 * 87 x 87): a larger one has too many pairs of pixels. Nine or twelve times as many neighbours, 5,600 to 7,600, share the weights then
 * as in training, so that this row depends on the pieces, too: on generated images of 64 x 64 pixels it is the best of the figure, on
 * Set12 it is not.
 */
export const neighborhoodSize: Experiment = {
  name: 'neighborhood-size',
  title: 'Figure 5: size of the neighbourhood, denoising at sigma 25',
  axis: 'q',
  remark:
    'The whole image is trained on a patch and tested on larger pieces of an image: it depends on their size, too.',
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
