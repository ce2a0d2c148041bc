import {
  backendOptions,
  type Cli,
  type Command,
  hashSources,
  liveLine,
  namesFrom,
  onInterrupt,
  repeatCommand,
  seedsFrom,
  text,
  trainingOptions,
  UserError,
  userPath,
} from '@nlrn/cli';
import { PRESET_NAMES } from '@nlrn/nlrn';
import type { InferredOptionTypes, Options } from 'yargs';
import { EXPERIMENTS } from './catalogue.ts';
import { colourCommand } from './colour.ts';
import { comparisonCommands } from './comparison/command.ts';
import { correlationMapsCommand } from './correlationMaps/command.ts';
import { keepWeightsCommand } from './keepWeights/command.ts';
import { loadData, originOf } from './lib/data.ts';
import {
  type Experiment,
  onImages,
  presetNamed,
  type Scale,
  SEEDS,
  type Sizes,
  scaleOf,
  variantsAt,
} from './lib/experiment.ts';
import { nextSteps } from './lib/nextSteps.ts';
import { RESULTS } from './lib/results.ts';
import { runExperiments } from './lib/runner.ts';
import { shardFrom, shardOption } from './lib/shard.ts';
import { reportCommand } from './report/command.ts';
import { showcaseCommand } from './showcase.ts';
import { trainingCurveCommand } from './trainingCurve.ts';

const DEFAULT_SEEDS = PRESET_NAMES.map((name) => `${SEEDS[name]} (${name})`).join('; ');

const { states, channels, neighborhood, steps, batch, patch } = trainingOptions;

/** `SIZES`, as `pnpm nlrn train` has them. */
const sizeOptions = { states, channels, neighborhood, steps, batch, patch } satisfies Record<
  keyof Sizes,
  Options
>;

const options = {
  preset: { ...text(`Scale of the experiment: ${PRESET_NAMES.join(', ')}`), default: 'quick' },
  train: text('Folder of PNG images to train on; generated ones without it'),
  test: text('Folder of PNG images to test on; generated ones without it'),
  ...sizeOptions,
  seeds: text(`Seeds, such as 1,2,3; by default ${DEFAULT_SEEDS}`),
  only: text('Variants to run, separated by commas; all of them without it'),
  shard: shardOption,
  out: text('Folder of the results; results/ of this repository without it'),
  fresh: {
    type: 'boolean',
    default: false,
    describe: 'Train again what is asked for; earlier results and weights are kept aside',
  },
  'keep-old': {
    type: 'boolean',
    default: false,
    describe: 'Use results of before a change of the model’s sources; without it they are made again',
  },
  ...backendOptions,
} as const satisfies Record<string, Options>;

type Arguments = InferredOptionTypes<typeof options>;

/** A command that runs some of the experiments. */
function commandOf(
  command: string,
  describe: string,
  experiments: readonly Experiment[],
): Command<Arguments> {
  return {
    command,
    describe,
    options,
    builder: (yargs) =>
      yargs
        .example(`$0 ${command}`, 'a few minutes, on generated images')
        .example(`$0 ${command} --train DIR --test DIR`, 'on your own images, in a folder of their own')
        .example(`$0 ${command} --seeds 1,2,3`, 'with error bars; the same command goes on')
        .example(
          `$0 ${command} --states 4 --steps 2000`,
          'at a size of your own, which has a folder of its own',
        )
        .example(`$0 ${command} --preset laptop --shard 3/12`, 'the third of twelve machines')
        .epilogue(`Variants: ${variantNames(experiments, scaleOf('quick')).join(', ')} (--preset quick)`),
    handler: (args) => run(experiments, args),
  };
}

/** What the options ask for. Throws UserError, naming the option, for what cannot be. */
export function optionsFrom(experiments: readonly Experiment[], args: Arguments) {
  const preset = presetNamed(args.preset);
  const path = (given: string | undefined) => (given === undefined ? undefined : userPath(given));
  const scale = scaleOf(preset, args);
  return {
    experiments,
    scale,
    folders: { train: path(args.train), test: path(args.test) },
    only: variantsFrom(variantNames(experiments, scale), args.only),
    seeds: seedsFrom(args.seeds ?? SEEDS[preset]),
    shard: args.shard === undefined ? undefined : shardFrom(args.shard),
    backend: args.backend,
    threads: args.threads,
    out: path(args.out) ?? RESULTS,
    fresh: args.fresh,
    keepOld: args['keep-old'],
  };
}

async function run(experiments: readonly Experiment[], args: Arguments): Promise<void> {
  const { folders, ...options } = optionsFrom(experiments, args);
  const { out, seeds, shard } = options;
  const sources = hashSources();
  const data = loadData(folders);
  const scale = onImages(options.scale, originOf(data));
  const interrupt = onInterrupt('finishing this step or image; everything is kept');
  const command = repeatCommand('pnpm exp', ['--fresh']);
  try {
    const finished = await runExperiments({
      ...options,
      catalogue: EXPERIMENTS,
      scale,
      data,
      sources,
      command,
      signal: interrupt.signal,
      say: (line) => console.log(line),
      showProgress: liveLine,
      columns: process.stdout.columns,
    });
    if (finished && shard) return;
    if (finished) {
      const generated = (['train', 'test'] as const).filter((set) => data[set].source === 'generated');
      return console.log(nextSteps({ command, generated, out, scale: scale.name, seed: seeds[0]! }));
    }
    console.log(`stopped; everything so far is kept. Go on with:\n  ${command}`);
    process.exitCode = interrupt.exitCode();
  } finally {
    interrupt.release();
  }
}

function variantNames(experiments: readonly Experiment[], scale: Scale): string[] {
  const variants = experiments.flatMap((experiment) => variantsAt(scale, experiment));
  return [...new Set(variants.map(({ name }) => name))];
}

function variantsFrom(known: readonly string[], only: string | undefined): string[] {
  const names = only === undefined ? [] : namesFrom('--only', only);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return names;
  throw new UserError(`--only ${unknown}: unknown variant; the variants are ${known.join(', ')}`);
}

const listCommand: Command = {
  command: 'list',
  describe: 'Show the experiments and their variants',
  options: {},
  handler: () => {
    for (const experiment of EXPERIMENTS) {
      console.log(`${experiment.name}\n  ${experiment.title}`);
      for (const preset of PRESET_NAMES) {
        console.log(`  variants, ${preset}: ${variantNames([experiment], scaleOf(preset)).join(', ')}`);
      }
    }
    for (const { command, describe } of [correlationMapsCommand, ...comparisonCommands])
      console.log(`${command}\n  ${describe}`);
  },
};

const runCommands = [
  ...EXPERIMENTS.map((experiment) => commandOf(experiment.name, experiment.title, [experiment])),
  commandOf('all', 'All of them; what they have in common is trained once', EXPERIMENTS),
];

/** `pnpm exp` */
export const expCli: Cli = {
  name: 'pnpm exp',
  summary: 'Regenerates the tables and figures of the paper',
  commands: [
    listCommand,
    ...runCommands,
    ...comparisonCommands,
    correlationMapsCommand,
    reportCommand,
    keepWeightsCommand,
    colourCommand,
    showcaseCommand,
    trainingCurveCommand,
  ],
};
