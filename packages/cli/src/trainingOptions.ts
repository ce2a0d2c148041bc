import { SR_SCALES } from '@nlrn/data';
import {
  METRICS,
  type NlrnTrainConfig,
  nlrnConfigSchema,
  PAPER_SCHEDULE,
  PRESET_NAMES,
  PRESETS,
  type PresetName,
} from '@nlrn/nlrn';
import { trainConfigSchema } from '@nlrn/nn';
import type { InferredOptionTypes, Options } from 'yargs';
import * as z from 'zod';
import { checkOptions, number, text } from './options.ts';
import { UserError } from './userError.ts';

const TASK_NAMES = ['denoising', 'super-resolution'] as const;

/** What a preset, which is one for denoising, has otherwise for another task. */
const TASKS: Readonly<Record<(typeof TASK_NAMES)[number], Partial<NlrnTrainConfig>>> = {
  denoising: {},
  'super-resolution': { sigma: 0, factors: [...SR_SCALES] },
};

/** The options that only denoising has. */
const OF_NOISE = ['sigma', 'sigmas', 'noise-level'] as const;

/** What is trained and how; whatever is not given comes from the preset. */
export const trainingOptions = {
  preset: { ...text(`What the other options start from: ${PRESET_NAMES.join(', ')}`), default: 'quick' },
  channels: number('m, feature channels'),
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
  settling: number('Share of --steps that is added, with batch normalisation as it is when restoring images'),
  sigma: number('Standard deviation of the noise, 0-255 scale'),
  sigmas: text('Lowest and highest level, such as 0,55: each patch has its own, and --sigma is for tests'),
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

const nlrnTrainConfigSchema = trainConfigSchema(nlrnConfigSchema);

/** The configuration that the options ask for. Throws UserError, naming the option, for one that cannot be. */
export function trainConfigFrom(args: Partial<TrainingArguments> & { preset: string }): NlrnTrainConfig {
  const preset = { ...presetOf(args.preset), ...taskOf(args) };
  const { network } = preset;
  const neighborhood = args.neighborhood ?? network.neighborhood;
  const given = {
    ...preset,
    network: {
      ...network,
      neighborhood,
      channels: args.channels ?? network.channels,
      embedding: args.embedding ?? network.embedding,
      states: args.states ?? network.states,
      metric: args.metric ?? network.metric,
      batchNorm: args['batch-norm'] ?? network.batchNorm,
      module: args.module ?? network.module,
      moduleEvery: args['module-every'] ?? network.moduleEvery,
      propagation: args.propagation ?? network.propagation,
      tied: args.tied ?? network.tied,
      noiseLevel: args['noise-level'] ?? (args.sigmas !== undefined || network.noiseLevel),
    },
    patch: args.patch ?? preset.patch,
    batch: args.batch ?? preset.batch,
    steps: args.steps ?? preset.steps,
    settling: args.settling ?? preset.settling,
    sigma: args.sigma ?? preset.sigma,
    ...(args.sigmas !== undefined && { sigmas: levelsFrom(args.sigmas) }),
    seed: args.seed ?? preset.seed,
    schedule: scheduleFrom(args, preset),
  };
  return checkOptions(nlrnTrainConfigSchema, given, OPTION_NAMES);
}

/** Throws UserError for a task that is unknown, and for an option that it does not have. */
function taskOf(args: Partial<TrainingArguments>): Partial<NlrnTrainConfig> {
  const { task } = checkOptions(z.object({ task: z.enum(TASK_NAMES).default(TASK_NAMES[0]) }), args);
  const given = task === 'denoising' ? undefined : OF_NOISE.find((name) => args[name] !== undefined);
  if (given === undefined) return TASKS[task];
  throw new UserError(`--${given} ${args[given]}: --task ${task} has no noise; leave one of them out`);
}

/** The preset's schedule with the given kind and rate; of another kind than the preset's, the paper's rate and halvings. */
function scheduleFrom({ schedule, rate }: Partial<TrainingArguments>, preset: NlrnTrainConfig) {
  const own = preset.schedule;
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

function presetOf(name: string): NlrnTrainConfig {
  if (!Object.hasOwn(PRESETS, name)) {
    throw new UserError(`--preset ${name}: unknown; the presets are ${PRESET_NAMES.join(', ')}`);
  }
  return PRESETS[name as PresetName];
}
