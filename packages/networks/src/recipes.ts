import { SCALES } from '@nlrn/data';
import type { TrainConfig } from '@nlrn/nn';
import type { NetworkConfig } from './catalogue.ts';
import { DNCNN_B_CONFIG, DNCNN_S_CONFIG } from './dncnn.ts';
import { FFDNET_CONFIG } from './ffdnet.ts';
import { MEMNET_CONFIG } from './memnet.ts';
import { NLNET_CONFIG } from './nlnet.ts';
import { RED30_CONFIG } from './red.ts';
import { TNRD_CONFIG } from './tnrd.ts';

/** How a network of this package is trained: all but the seed. */
export type Recipe = Omit<TrainConfig<NetworkConfig>, 'seed'>;

/** Norm at which gradients are clipped, as in NLRN. Differs: DnCNN, FFDNet, TNRD, NLNet and RED do not clip. */
const CLIP_NORM = 0.5;

/** What the recipes have in common where a paper says nothing else. */
const USUAL = { sigma: 25, settling: 0, clipNorm: CLIP_NORM, scales: [1] };

/** A thousandth of the rate in the end. */
const FALLING = { kind: 'halved', initial: 1e-3, times: 10 } as const;

/** DnCNN's and FFDNet's authors train alike, on images of several sizes. */
const OF_ZHANG = { ...USUAL, batch: 128, scales: [...SCALES], schedule: FALLING };

/** What stands for L-BFGS: 200 passes over 400 images, which are whole. */
const OF_WHOLE_IMAGES = {
  ...USUAL,
  patch: 180,
  batch: 4,
  steps: (200 * 400) / 4,
  schedule: { kind: 'halved', initial: 1e-2, times: 5 },
} as const;

/**
 * The denoisers of Tables 3 to 5 as their own papers train them: patches, batch, noise, length.
 *
 * Differs: all by Adam, whose rate is halved after equal parts of the run. DnCNN (Zhang et al. 2017, Section IV-A) and MemNet (Tai et al.
 * 2017, Section 5) have stochastic gradient descent, whose rate of 0.1 falls a thousandfold and tenfold three times: Adam's 1e-3 falls as
 * far. TNRD (Chen and Pock 2017, Section 4) and NLNet (Lefkimmiatis 2017, Section 4) have L-BFGS on all 400 images at once, stage after
 * stage and then jointly: here all stages at once with the rate of NLNet's published models, 0.01, in 200 passes over 400 images. RED's
 * paper (Mao et al. 2016, Section 4) does not say how long: here ten passes over its half a million patches. FFDNet (Zhang et al. 2018)
 * has the mean square error of all levels alike, here each counts by its level (`levelledLoss`); MemNet's one model for 30, 50 and 70 is
 * given these alone, here any level between.
 *
 * Differs: DnCNN and FFDNet are trained without the batch normalisations of their papers, as the networks here are those of the published
 * weights, which have them merged into the convolutions; FFDNet's authors leave them out in the code that they released for its
 * training. All filters start by Xavier's initialisation, as NLRN's do, where those of DnCNN's authors' code are normal numbers of
 * variance 2 / (9 · 64), and those of FFDNet's orthogonal; and no weight decays, as DnCNN's, FFDNet's and MemNet's do.
 */
export const RECIPES = {
  'dncnn-s': { ...OF_ZHANG, network: DNCNN_S_CONFIG, patch: 40, steps: 50 * 1600 },
  'dncnn-b': { ...OF_ZHANG, network: DNCNN_B_CONFIG, sigmas: [0, 55], patch: 50, steps: 50 * 3000 },
  ffdnet: { ...OF_ZHANG, network: FFDNET_CONFIG, sigmas: [0, 75], patch: 70, steps: 80 * 8000 },
  tnrd: { ...OF_WHOLE_IMAGES, network: TNRD_CONFIG },
  nlnet: { ...OF_WHOLE_IMAGES, network: NLNET_CONFIG },
  red30: {
    ...USUAL,
    network: RED30_CONFIG,
    sigma: 30,
    patch: 50,
    batch: 16,
    steps: (10 * 500_000) / 16,
    schedule: { kind: 'halved', initial: 1e-4, times: 0 },
  },
  memnet: {
    ...USUAL,
    network: MEMNET_CONFIG,
    sigma: 30,
    sigmas: [30, 70],
    patch: 31,
    batch: 64,
    steps: 600_000,
    schedule: FALLING,
  },
} as const satisfies Readonly<Record<string, Recipe>>;
