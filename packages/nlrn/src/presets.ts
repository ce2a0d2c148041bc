import { PAPER_CLIP_NORM } from '@nlrn/autograd';
import { SCALES } from '@nlrn/data';
import { type NlrnConfig, PAPER_CONFIG } from './config.ts';
import type { TrainConfig } from './trainConfig.ts';

/** A training run of an NLRN. */
export type NlrnTrainConfig = TrainConfig & { readonly network: NlrnConfig };

/** The names of the presets, from minutes to weeks. */
export const PRESET_NAMES = ['quick', 'laptop', 'paper'] as const;

export type PresetName = (typeof PRESET_NAMES)[number];

/**
 * Three sizes of the same experiment: NLRN at sigma 25.
 *
 * `paper` is the paper's own setting (Section 5, "Training") with the authors' number of steps (400 to 500
 * thousand). Differs: `quick` and `laptop` have fewer channels, states and steps, smaller neighbourhoods, and a
 * one-cycle schedule. In all of them the patch is as large as the neighbourhood, as in the paper.
 */
export const PRESETS: Readonly<Record<PresetName, NlrnTrainConfig>> = {
  quick: preset(
    { channels: 16, embedding: 8, states: 4, neighborhood: 15 },
    { batch: 8, steps: 600, peak: 1.6e-2 },
  ),
  laptop: preset(
    { channels: 32, embedding: 16, states: 6, neighborhood: 25 },
    { batch: 16, steps: 4000, peak: 8e-3 },
  ),
  paper: {
    ...preset(PAPER_CONFIG, { batch: 16, steps: 450_000, peak: 1e-3 }),
    schedule: { kind: 'halvedFiveTimes', initial: 1e-3 },
  },
};

function preset(
  size: Pick<NlrnConfig, 'channels' | 'embedding' | 'states' | 'neighborhood'>,
  { batch, steps, peak }: { batch: number; steps: number; peak: number },
): NlrnTrainConfig {
  return {
    network: { ...PAPER_CONFIG, ...size },
    steps,
    batch,
    patch: size.neighborhood,
    sigma: 25,
    schedule: { kind: 'oneCycle', peak },
    clipNorm: PAPER_CLIP_NORM,
    seed: 0,
    scales: [...SCALES],
  };
}
