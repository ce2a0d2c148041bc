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
const USUAL = { settling: 0, clipNorm: CLIP_NORM, scales: [1] };

/**
 * The denoisers of Tables 3 to 5 as their own papers train them: patches, batch, noise, length.
 *
 * Differs: all by Adam, whose rate is halved after equal parts of the run. DnCNN (Zhang et al. 2017, Section IV-A) and MemNet (Tai et al.
 * 2017, Section 5) have stochastic gradient descent, whose rate of 0.1 falls a thousandfold and tenfold three times: Adam's 1e-3 falls as
 * far. TNRD (Chen and Pock 2017, Section 4) and NLNet (Lefkimmiatis 2017, Section 4) have L-BFGS on all 400 images at once, stage after
 * stage and then jointly: here all stages at once with the rate of NLNet's published models, 0.01, in 200 passes over 400 images. RED's
 * paper (Mao et al. 2016, Section 4) does not say how long: here ten passes over its half a million patches.
 */
export const RECIPES = {
  'dncnn-s': {
    ...USUAL,
    network: DNCNN_S_CONFIG,
    sigma: 25,
    patch: 40,
    batch: 128,
    steps: 50 * 1600,
    schedule: { kind: 'halved', initial: 1e-3, times: 10 },
    scales: [...SCALES],
  },
  'dncnn-b': {
    ...USUAL,
    network: DNCNN_B_CONFIG,
    sigma: 25,
    sigmas: [0, 55],
    patch: 50,
    batch: 128,
    steps: 50 * 3000,
    schedule: { kind: 'halved', initial: 1e-3, times: 10 },
    scales: [...SCALES],
  },
  ffdnet: {
    ...USUAL,
    network: FFDNET_CONFIG,
    sigma: 25,
    sigmas: [0, 75],
    patch: 70,
    batch: 128,
    steps: 80 * 8000,
    schedule: { kind: 'halved', initial: 1e-3, times: 10 },
    scales: [...SCALES],
  },
  tnrd: {
    ...USUAL,
    network: TNRD_CONFIG,
    sigma: 25,
    patch: 180,
    batch: 4,
    steps: (200 * 400) / 4,
    schedule: { kind: 'halved', initial: 1e-2, times: 5 },
  },
  nlnet: {
    ...USUAL,
    network: NLNET_CONFIG,
    sigma: 25,
    patch: 180,
    batch: 4,
    steps: (200 * 400) / 4,
    schedule: { kind: 'halved', initial: 1e-2, times: 5 },
  },
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
    schedule: { kind: 'halved', initial: 1e-3, times: 10 },
  },
} as const satisfies Readonly<Record<string, Recipe>>;
