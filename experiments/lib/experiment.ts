import { type NlrnConfig, type NlrnTrainConfig, PRESETS, type PresetName } from '@nlrn/nlrn';

/** One row of a table, or one point of a figure. */
export interface Variant {
  /** As `--only` takes it */
  readonly name: string;
  /** As tables and plots show it */
  readonly label: string;
  /** How its network differs from the preset's */
  readonly network: Partial<NlrnConfig>;
  /** PSNR that the paper prints, in dB */
  readonly paper: number | null;
}

/** One table or figure of the paper. All rows share data, steps, schedule, noise and evaluation. */
export interface Experiment {
  readonly name: string;
  readonly title: string;
  /** The variant that the others are compared with */
  readonly fullModel: string;
  readonly variants: readonly Variant[];
}

/** The training run of a variant and a seed. */
export function configOf(preset: PresetName, variant: Variant, seed: number): NlrnTrainConfig {
  const base = PRESETS[preset];
  return { ...base, seed, network: { ...base.network, ...variant.network } };
}
