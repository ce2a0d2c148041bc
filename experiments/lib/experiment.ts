import { trainConfigFrom, UserError } from '@nlrn/cli';
import { type NlrnConfig, type NlrnTrainConfig, PRESET_NAMES, PRESETS, type PresetName } from '@nlrn/nlrn';
import type { PaperFacts } from './results.ts';

/** One row of a table, or one point of a figure. */
export interface Variant {
  /** As `--only` takes it */
  readonly name: string;
  /** As tables and plots show it */
  readonly label: string;
  /** How its network differs from the preset's */
  readonly network: Partial<NlrnConfig>;
  /** Its steps, if its training is of another length than the preset's */
  readonly steps?: number;
  /** The variant that it is compared with, if that is not the full model */
  readonly against?: string;
  /** Where it stands on a figure's axis */
  readonly x?: number;
  readonly paper: Omit<PaperFacts, 'difference'>;
}

/** One table or figure of the paper. All rows share data, schedule, noise and evaluation, and length, but for `Variant.steps` and what settles. */
export interface Experiment {
  readonly name: string;
  readonly title: string;
  /** Name of a figure's axis */
  readonly axis?: string;
  /** What a reader of its plot has to know beside it */
  readonly remark?: string;
  /** The variant that the others are compared with */
  readonly fullModel: string;
  /** The variants at a scale, whose training is given */
  readonly variants: (config: NlrnTrainConfig) => readonly Variant[];
}

/** How large a run of an experiment is: the training of its variants, of which each changes the network, or its steps. */
export interface Scale {
  /** Names the folder of its results */
  readonly name: string;
  readonly config: NlrnTrainConfig;
  /** Steps between two checkpoints */
  readonly checkpointEvery: number;
}

/** Seconds between two checkpoints would be better, but steps make resuming testable; a step takes 0.03 to 60 s. */
const CHECKPOINT_EVERY: Readonly<Record<PresetName, number>> = { quick: 100, laptop: 100, paper: 20 };

/** Seeds that are run unless others are asked for, as `--seeds` takes them. */
export const SEEDS: Readonly<Record<PresetName, string>> = {
  quick: '1',
  laptop: '1,2,3,4,5,6,7,8',
  paper: '1',
};

/** What of a preset can be of another size, in the order of folder names; options are called the same. */
export const SIZES = ['states', 'channels', 'neighborhood', 'steps', 'batch', 'patch'] as const;

export type Sizes = Partial<Readonly<Record<(typeof SIZES)[number], number | undefined>>>;

/**
 * A preset's scale, or one whose sizes differ in part. Its name tells those that do: `quick-states4-steps100`.
 *
 * Throws UserError, naming the option, for a size that cannot be.
 */
export function scaleOf(preset: PresetName, sizes: Sizes = {}): Scale {
  const { network, ...run } = PRESETS[preset];
  const own: Record<string, unknown> = { ...network, ...run };
  const others = SIZES.filter((name) => sizes[name] !== undefined && sizes[name] !== own[name]);
  const config = trainConfigFrom({ ...sizes, preset });
  return {
    name: [preset, ...others.map((name) => `${name}${sizes[name]}`)].join('-'),
    config,
    checkpointEvery: CHECKPOINT_EVERY[preset],
  };
}

/** The scale of a name; undefined if it is that of none. */
export function scaleNamed(name: string): Scale | undefined {
  const origin = OTHER_ORIGINS.find((origin) => name.endsWith(`-${origin}`));
  const whole = origin ? name.slice(0, -origin.length - 1) : name;
  const [preset = '', ...others] = whole.split('-');
  if (!Object.hasOwn(PRESETS, preset)) return undefined;
  const sizes = others.map((other) => /^([a-z]+)(\d+)$/.exec(other)?.slice(1) ?? []);
  try {
    const scale = scaleOf(
      preset as PresetName,
      Object.fromEntries(sizes.map(([key, size]) => [key, Number(size)])),
    );
    return scale.name === whole ? onImages(scale, origin ?? 'paper') : undefined;
  } catch {
    return undefined;
  }
}

/** The option `--preset`. Throws UserError for a name that is not known. */
export function presetNamed(name: string): PresetName {
  if (Object.hasOwn(PRESETS, name)) return name as PresetName;
  throw new UserError(`--preset ${name}: unknown; the presets are ${PRESET_NAMES.join(', ')}`);
}

/** How the names of scales end that are not run on the paper's images. */
const OTHER_ORIGINS = ['generated', 'own'] as const;

/** Whose images are trained and tested on: the paper's Train400 and Set12, generated ones, even if in part, or others */
export type Origin = 'paper' | (typeof OTHER_ORIGINS)[number];

/** Results on other images than the paper's have a folder of their own, and leave those of this repository alone. */
export function onImages(scale: Scale, origin: Origin): Scale {
  return origin === 'paper' ? scale : { ...scale, name: `${scale.name}-${origin}` };
}

/** An experiment's variants at a scale. */
export function variantsAt({ config }: Scale, { variants }: Experiment): readonly Variant[] {
  return variants(config);
}

/** The training run of a variant and a seed: the scale's, but for the network and its steps; without batch normalisation nothing settles. */
export function configOf({ config }: Scale, variant: Variant, seed: number): NlrnTrainConfig {
  const network = { ...config.network, ...variant.network };
  const { steps = config.steps } = variant;
  return { ...config, seed, steps, settling: network.batchNorm ? config.settling : 0, network };
}

/**
 * Names a network, and a training, by what differs from the scale's own: `full`, `metric-gaussian`, `tied-false.steps-2000`.
 *
 * It is the same for the same network, whichever experiment asks for it: that is how they share runs.
 */
export function networkId({ config }: Scale, { network, steps }: Pick<Variant, 'network' | 'steps'>): string {
  const own: Partial<Record<string, unknown>> = { ...config.network, steps: config.steps };
  const asked = Object.entries({ ...network, ...(steps && { steps }) });
  const changed = asked.filter(([key, value]) => value !== own[key]);
  return changed.length === 0 ? 'full' : changed.map(([key, value]) => `${key}-${value}`).join('.');
}
