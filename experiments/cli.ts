import { join } from 'node:path';
import { PRESET_NAMES, PRESETS, type PresetName, showProgress, UserError } from '@nlrn/nlrn';
import {
  backendOptions,
  onInterrupt,
  repeatCommand,
  runCli,
  seedsFrom,
  text,
  userPath,
} from '@nlrn/nlrn/commands';
import type { CommandModule, InferredOptionTypes, Options } from 'yargs';
import { ablationMetrics } from './ablationMetrics.ts';
import { loadData } from './lib/data.ts';
import { type Experiment, scaleOf } from './lib/experiment.ts';
import { runExperiment } from './lib/runner.ts';

/** Every table and figure that there is; a new one is one file and one line here. */
const EXPERIMENTS: readonly Experiment[] = [ablationMetrics];

/** Seeds that are run unless others are asked for. */
const SEEDS: Readonly<Record<PresetName, string>> = { quick: '1', laptop: '1,2,3', paper: '1' };

const DEFAULT_SEEDS = PRESET_NAMES.map((name) => `${SEEDS[name]} (${name})`).join('; ');

const RESULTS = join(import.meta.dirname, '../results');

const options = {
  preset: { ...text(`Scale of the experiment: ${PRESET_NAMES.join(', ')}`), default: 'quick' },
  train: text('Folder of PNG images to train on; generated ones without it'),
  test: text('Folder of PNG images to test on; generated ones without it'),
  seeds: text(`Seeds, such as 1,2,3; by default ${DEFAULT_SEEDS}`),
  only: text('Variants to run, separated by commas; all of them without it'),
  out: text('Folder of the results; results/ of this repository without it'),
  fresh: {
    type: 'boolean',
    default: false,
    describe: 'Train again what is asked for; earlier results are kept aside',
  },
  ...backendOptions,
} as const satisfies Record<string, Options>;

type Arguments = InferredOptionTypes<typeof options>;

function commandOf(experiment: Experiment): CommandModule<unknown, Arguments> {
  return {
    command: experiment.name,
    describe: experiment.title,
    builder: (yargs) =>
      yargs
        .options(options)
        .example(`$0 ${experiment.name}`, 'a few minutes, on generated images')
        .example(`$0 ${experiment.name} --train train400 --test set12`, 'on your own images')
        .epilogue(`Variants: ${experiment.variants.map(({ name }) => name).join(', ')}`),
    handler: (args) => run(experiment, args),
  };
}

async function run(experiment: Experiment, args: Arguments): Promise<void> {
  const preset = presetNamed(args.preset);
  const only = namesFrom(experiment, args.only);
  const seeds = seedsFrom(args.seeds ?? SEEDS[preset]);
  const path = (given: string | undefined) => (given === undefined ? undefined : userPath(given));
  const data = loadData({ train: path(args.train), test: path(args.test) });
  const interrupt = onInterrupt('finishing this step or image; everything is kept');
  const command = repeatCommand('pnpm exp', ['--fresh']);
  try {
    const finished = await runExperiment({
      experiment,
      scale: scaleOf(preset),
      data,
      seeds,
      only,
      backend: args.backend,
      threads: args.threads,
      out: path(args.out) ?? RESULTS,
      fresh: args.fresh,
      command,
      signal: interrupt.signal,
      say: (line) => console.log(line),
      showProgress,
    });
    if (finished) return;
    console.log(`stopped; everything so far is kept. Go on with:\n  ${command}`);
    process.exitCode = 130;
  } finally {
    interrupt.release();
  }
}

function presetNamed(name: string): PresetName {
  if (Object.hasOwn(PRESETS, name)) return name as PresetName;
  throw new UserError(`--preset ${name}: unknown; the presets are ${PRESET_NAMES.join(', ')}`);
}

function namesFrom({ variants }: Experiment, only: string | undefined): string[] {
  const names = only === undefined ? [] : only.split(',').map((name) => name.trim());
  const known = variants.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return names;
  throw new UserError(`--only ${unknown}: unknown variant; the variants are ${known.join(', ')}`);
}

const listCommand: CommandModule = {
  command: 'list',
  describe: 'Show the experiments and their variants',
  handler: () => {
    for (const { name, title, variants } of EXPERIMENTS) {
      console.log(`${name}\n  ${title}\n  variants: ${variants.map((variant) => variant.name).join(', ')}`);
    }
  },
};

await runCli({
  name: 'pnpm exp',
  summary: 'Regenerates the tables and figures of the paper',
  commands: [listCommand, ...(EXPERIMENTS.map(commandOf) as unknown as CommandModule[])],
  optionsOf: (command) => (EXPERIMENTS.some(({ name }) => name === command) ? options : undefined),
});
