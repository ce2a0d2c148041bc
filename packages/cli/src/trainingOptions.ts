import { SR_SCALES } from '@nlrn/data';
import { type NetworkConfig, networkConfigSchema, RECIPES } from '@nlrn/networks';
import {
  METRICS,
  type NlrnTrainConfig,
  nlrnConfigSchema,
  PAPER_SCHEDULE,
  PRESET_NAMES,
  PRESETS,
  type PresetName,
} from '@nlrn/nlrn';
import { type Network, type TrainConfig, trainConfigSchema } from '@nlrn/nn';
import type { InferredOptionTypes, Options } from 'yargs';
import * as z from 'zod';
import { checkOptions } from './checkOptions.ts';
import { number, text } from './options.ts';
import { UserError } from './userError.ts';

const TASK_NAMES = ['denoising', 'super-resolution'] as const;

/** What a preset, which is one for denoising, has otherwise for another task. */
const TASKS: Readonly<Record<(typeof TASK_NAMES)[number], Partial<NlrnTrainConfig>>> = {
  denoising: {},
  'super-resolution': { sigma: 0, factors: [...SR_SCALES] },
};

/** The options that only denoising has. */
const OF_NOISE = ['sigma', 'sigmas', 'noise-level'] as const;

/** This project's own network, and those of other papers. */
const NETWORK_NAMES = ['nlrn', ...(Object.keys(RECIPES) as (keyof typeof RECIPES)[])] as const;

/** What is trained and how; whatever is not given comes from the preset, or from another network's own paper. */
export const trainingOptions = {
  network: {
    ...text(`What is trained: ${NETWORK_NAMES.join(', ')}; all but nlrn as their own papers do`),
    default: NETWORK_NAMES[0],
  },
  preset: text(`What the other options of nlrn start from: ${PRESET_NAMES.join(', ')}; quick without it`),
  channels: number('m, feature channels'),
  depth: number('Convolutions of dncnn-s, dncnn-b, ffdnet; half of those of red30'),
  blocks: number('Memory blocks of memnet'),
  recursions: number('Residual blocks in each memory block'),
  embedding: number('l, channels of theta and psi'),
  states: number('T, recurrent states'),
  neighborhood: number('q, side of the neighbourhood: odd'),
  metric: text(`Distance metric: ${METRICS.join(', ')}`),
  'batch-norm': { type: 'boolean', describe: 'Batch normalisation; --no-batch-norm leaves it out' },
  module: text('nonLocal, or pointwise: a plain recurrent network with as many parameters'),
  'module-every': number('The module is in every k-th state'),
  propagation: { type: 'boolean', describe: 'Correlation propagation; --no-propagation leaves it out' },
  tied: { type: 'boolean', describe: 'One set of weights for all states; --no-tied gives each its own' },
  patch: number('Side of a training patch in pixels'),
  batch: number('Patches in a step'),
  steps: number('Steps of the run'),
  settling: number(
    'Share of --steps that is added, with batch normalisation as it is when restoring images, at rates from 1e-3 to 0 whatever --rate; 0 without batch normalisation',
  ),
  sigma: number('Standard deviation of the noise, 0-255 scale'),
  sigmas: text(
    'Lowest and highest level, such as 0,55: each patch has its own; tests have --sigma, which is one between, without it the usual one, or else the middle',
  ),
  'noise-level': {
    type: 'boolean',
    describe: 'The network is told the level; with --sigmas it is, unless --no-noise-level',
  },
  schedule: text('Learning rate: oneCycle, or halved, five times as in the paper'),
  rate: number('Its peak (oneCycle) or first value (halved)'),
  seed: number('Seed of weights, patches and noise'),
  task: {
    ...text(`What is learned: ${TASK_NAMES.join(', ')}; the latter by 2, 3 and 4, of luma`),
    default: TASK_NAMES[0],
  },
} as const satisfies Record<string, Options>;

export type TrainingArguments = InferredOptionTypes<typeof trainingOptions>;

/** Options that the configuration calls otherwise. */
const OPTION_NAMES = {
  kind: 'schedule',
  peak: 'rate',
  initial: 'rate',
  batchNorm: 'batch-norm',
  moduleEvery: 'module-every',
  noiseLevel: 'noise-level',
};

/** The options that say what a network is made of, and which configurations have. */
const OF_STRUCTURE = {
  channels: 'channels',
  depth: 'depth',
  blocks: 'blocks',
  recursions: 'recursions',
  embedding: 'embedding',
  states: 'states',
  neighborhood: 'neighborhood',
  metric: 'metric',
  'batch-norm': 'batchNorm',
  module: 'module',
  'module-every': 'moduleEvery',
  propagation: 'propagation',
  tied: 'tied',
  'noise-level': 'noiseLevel',
} as const;

type Given = Partial<TrainingArguments>;

/** The training that the options ask for, of any network. Throws UserError, naming the option, for one that cannot be. */
export function trainConfigOf(args: Given): TrainConfig<NetworkConfig> {
  const { network: name } = checkOptions(z.object({ network: z.enum(NETWORK_NAMES).default('nlrn') }), args);
  if (name === 'nlrn') return trainConfigFrom(args);
  if (args.preset !== undefined) {
    throw new UserError(
      `--preset ${args.preset}: is one of --network nlrn; ${name} has its own paper's training`,
    );
  }
  const config = configured({ ...RECIPES[name], seed: 0 }, args, name);
  return checkTraining(networkConfigSchema, config);
}

/** The training of an NLRN that the options ask for. Throws UserError, naming the option, for one that cannot be. */
export function trainConfigFrom(args: Given): NlrnTrainConfig {
  const preset = presetOf(args.preset ?? PRESET_NAMES[0]);
  const network = { ...preset.network, noiseLevel: args.sigmas !== undefined || preset.network.noiseLevel };
  const config = checkTraining(nlrnConfigSchema, configured({ ...preset, network }, args, 'nlrn'));
  checkTold(config);
  return config;
}

/** Throws UserError, naming the option, for a network that would be told a level which its normalisations take out again. */
function checkTold({ network: { noiseLevel, batchNorm }, batch, sigmas }: NlrnTrainConfig): void {
  const differ = batch > 1 && sigmas && sigmas[0] < sigmas[1];
  if (!noiseLevel || !batchNorm || differ) return;
  const option = sigmas ? `--sigmas ${sigmas}` : '--noise-level';
  throw new UserError(
    `${batch === 1 ? '--batch 1' : option}: all patches of a step would have the same level, and batch normalisation would take out what the network is told; ` +
      'give --sigmas two levels and a step more patches, or leave the network untold by --no-noise-level',
  );
}

/** The configuration, if it is one. Throws UserError, naming the option, if not, and for levels of noise that train nothing. */
function checkTraining<N extends z.ZodType>(network: N, configured: unknown) {
  const config = checkOptions(trainConfigSchema(network), configured, OPTION_NAMES);
  const { sigma, sigmas, factors } = config as TrainConfig;
  const [low, high] = sigmas ?? [sigma, sigma];
  if (high === 0 && !factors)
    throw new UserError(
      `--${sigmas ? 'sigmas' : 'sigma'} ${sigmas ?? sigma}: there is no noise to learn from; give a level above 0`,
    );
  if (sigma < low || high < sigma)
    throw new UserError(
      `--sigma ${sigma}: is not in --sigmas ${sigmas}, which the network learns; give one that is, or leave it out`,
    );
  return config;
}

/** Throws UserError, naming the option, for a training whose result nothing could use, or that the network cannot have. */
export function checkTrainable(config: TrainConfig<NetworkConfig>, network: Network): void {
  const kind = config.network.network;
  if (config.factors && network.takesLevel)
    throw new UserError(
      `--task super-resolution: ${kind} must be told the level of the noise, and there is none; name another --network`,
    );
  if (config.settling > 0 && network.statistics.length === 0)
    throw new UserError(
      `--settling ${config.settling}: nothing settles without batch normalisation; give 0, or leave it out`,
    );
  const { least = 1 } = network;
  if (config.patch < least)
    throw new UserError(`--patch ${config.patch}: needs to be >=${least} for --network ${kind}`);
}

/** A training with the options in it. Throws UserError for one that the network does not have. */
function configured(start: TrainConfig<NetworkConfig>, args: Given, name: string): unknown {
  const { sigmas: ownLevels, ...rest } = start;
  const task = taskOf(args);
  // Who names one level wants no mixed ones, and what is enlarged has no noise.
  const isMixed = args.sigma === undefined && !task.factors;
  const sigmas = args.sigmas === undefined ? isMixed && ownLevels : levelsFrom(args.sigmas);
  return {
    ...rest,
    ...task,
    network: { ...start.network, ...structureOf(args, start.network, name) },
    // What a preset has of it needs normalisations that settle.
    ...(args['batch-norm'] === false && { settling: 0 }),
    ...given(args, ['patch', 'batch', 'steps', 'settling', 'sigma', 'seed']),
    ...(sigmas && { sigmas, sigma: args.sigma ?? levelIn(sigmas, start.sigma) }),
    schedule: scheduleFrom(args, start.schedule),
  };
}

/** What the options say of the network. Throws UserError for what one of this kind does not have. */
function structureOf(args: Given, network: NetworkConfig, name: string): Record<string, unknown> {
  const asked = Object.entries(OF_STRUCTURE).filter(
    ([option]) => args[option as keyof typeof OF_STRUCTURE] !== undefined,
  );
  const foreign = asked.find(([, key]) => !Object.hasOwn(network, key))?.[0];
  if (foreign !== undefined) {
    const own = Object.entries(OF_STRUCTURE).filter(([, key]) => Object.hasOwn(network, key));
    throw new UserError(
      `--${foreign}: is not of --network ${name}, which has ${own.map(([option]) => `--${option}`).join(', ') || 'one size'}`,
    );
  }
  return Object.fromEntries(asked.map(([option, key]) => [key, args[option as keyof typeof OF_STRUCTURE]]));
}

/** The options that make a network that of a weights file, whose configuration it `wanted`; undefined if none do. */
export function optionsFor(wanted: Readonly<Record<string, unknown>>): string | undefined {
  const options = Object.entries(wanted).map(([key, value]) =>
    key === 'network' ? networkOption(value) : structureOption(key, value),
  );
  return options.includes(undefined) ? undefined : options.join(' ');
}

function networkOption(kind: unknown): string | undefined {
  const names = NETWORK_NAMES.filter(
    (name) => (name === 'nlrn' ? name : RECIPES[name].network.network) === kind,
  );
  return names.map((name) => `--network ${name}`).join(' or ') || undefined;
}

function structureOption(key: string, value: unknown): string | undefined {
  const option = Object.entries(OF_STRUCTURE).find(([, own]) => own === key)?.[0];
  // Under batch normalisation it takes several levels to tell a network its own.
  if (option === 'noise-level' && value === true) return '--noise-level --sigmas LOW,HIGH';
  if (option === undefined || typeof value !== 'boolean') return option && `--${option} ${value}`;
  return value ? `--${option}` : `--no-${option}`;
}

/** Those of the options that are given. */
function given<K extends keyof TrainingArguments>(
  args: Given,
  names: readonly K[],
): Partial<Pick<TrainingArguments, K>> {
  return Object.fromEntries(
    names.filter((name) => args[name] !== undefined).map((name) => [name, args[name]]),
  ) as Partial<Pick<TrainingArguments, K>>;
}

/** Throws UserError for a task that is unknown, and for an option that it does not have. */
function taskOf(args: Given): Partial<NlrnTrainConfig> {
  const { task } = checkOptions(z.object({ task: z.enum(TASK_NAMES).default(TASK_NAMES[0]) }), args);
  const given = task === 'denoising' ? undefined : OF_NOISE.find((name) => args[name] !== undefined);
  if (given === undefined) return TASKS[task];
  throw new UserError(`--${given} ${args[given]}: --task ${task} has no noise; leave one of them out`);
}

/** A run's schedule with the given kind and rate; of another kind than its own, the paper's rate and halvings. */
function scheduleFrom({ schedule, rate }: Given, own: TrainConfig['schedule']) {
  const kind = schedule ?? own.kind;
  const ownRate = own.kind === 'oneCycle' ? own.peak : own.initial;
  const value = rate ?? (kind === own.kind ? ownRate : PAPER_SCHEDULE.initial);
  if (kind === 'oneCycle') return { kind, peak: value };
  return { kind, initial: value, times: own.kind === 'halved' ? own.times : PAPER_SCHEDULE.times };
}

/** Two numbers. */
function levelsFrom(given: string): number[] {
  const levels = given.split(',').map((level) => (level.trim() === '' ? Number.NaN : Number(level)));
  if (levels.length === 2 && !levels.some(Number.isNaN)) return levels;
  throw new UserError(
    `--sigmas ${given}: two numbers are wanted, the lowest and the highest level, such as 0,55`,
  );
}

/** The usual level, or, where that is not among them, the middle, rounded as far as it stays among them. */
function levelIn(levels: readonly number[], usual: number): number {
  const [low, high] = [Math.min(...levels), Math.max(...levels)];
  if (low <= usual && usual <= high) return usual;
  return Math.min(high, Math.max(low, Math.round((low + high) / 2)));
}

function presetOf(name: string): NlrnTrainConfig {
  if (!Object.hasOwn(PRESETS, name)) {
    throw new UserError(`--preset ${name}: unknown; the presets are ${PRESET_NAMES.join(', ')}`);
  }
  return PRESETS[name as PresetName];
}
