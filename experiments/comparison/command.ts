import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  backendOptions,
  type Command,
  DATA_FOLDERS,
  hashMethods,
  hashSources,
  liveLine,
  namesFrom,
  number,
  onInterrupt,
  PUBLISHED_WEIGHTS,
  repeatCommand,
  text,
  UserError,
  userPath,
} from '@nlrn/cli';
import { makeFolder } from '@nlrn/files';
import type { InferredOptionTypes, Options } from 'yargs';
import { RESULTS } from '../lib/results.ts';
import { shardFrom, shardOption } from '../lib/shard.ts';
import { AXES } from './axis.ts';
import { COMPARISONS, type Definition, denoising, denoising300 } from './definition.ts';
import { inAllViews, type Method } from './method.ts';
import { formatNetworkTable, networkTable } from './networkTable.ts';
import type { ComparisonOptions } from './plan.ts';
import { readRestorations } from './restorationFiles.ts';
import { runComparison, runComparisons } from './runComparison.ts';
import type { SetFolders } from './sets.ts';
import { COMPARISONS_FOLDER, writeNetworkTable } from './writeComparisons.ts';

const commonOptions = {
  sets: text('Test sets to run, separated by commas; all of the table without it'),
  images: number('Images of each set, the first ones; all without it'),
  'multi-view': {
    type: 'boolean',
    default: false,
    describe: 'Restore with networks in all eight turns, and take the mean: rows of their own',
  },
  data: text('Folder with a folder for each test set; data/, as "pnpm data fetch" fills it, without it'),
  weights: text('Folder of published weights; data/weights, see datasets/README.md, without it'),
  shard: shardOption,
  out: text('Folder of the results; results/ of this repository without it'),
  fresh: {
    type: 'boolean',
    default: false,
    describe: 'Restore again what is asked for; earlier results are kept aside, but not their pictures',
  },
  ...backendOptions,
} as const satisfies Record<string, Options>;

/** The options of a table's command: those of all tables, and what its methods and its axis are called. */
function comparisonOptions({ methods, axis, levels, sets }: Definition) {
  const { option, about } = AXES[axis];
  const partial = sets.find(({ part }) => part);
  return {
    only: text(`Methods to run, separated by commas, of ${methods.map(({ name }) => name).join(', ')}`),
    [option]: text(`${about} to run, separated by commas, of ${levels.join(', ')}; all without it`),
    ...(partial?.part && {
      test: text(
        `Folder of all images of ${partial.label}, in colour or luma; without it, the part in ${partial.part.folder}`,
      ),
    }),
    ...commonOptions,
  } satisfies Record<string, Options>;
}

type Arguments = InferredOptionTypes<typeof commonOptions> & {
  readonly [option in 'only' | 'test' | (typeof AXES)[keyof typeof AXES]['option']]?: string | undefined;
};

function commandOf(definition: Definition): Command<Arguments> {
  const { name, title, sets, axis, levels, methods } = definition;
  const [set, { option }] = [sets[0]!.name, AXES[axis]];
  const networks = methods.filter(({ by }) => by.kind === 'network').map(({ name }) => name);
  const slowest = methods.toSorted((a, b) => b.pace - a.pace)[0]!.name;
  return {
    command: name,
    describe: title,
    options: comparisonOptions(definition),
    builder: (yargs) =>
      yargs
        .example(`$0 ${name}`, 'all that can be run; the same command goes on')
        .example(
          `$0 ${name} --only ${networks.slice(0, 2).join(',')} --sets ${set} --${option} ${levels[1]}`,
          '',
        )
        .example(`$0 ${name} --only ${networks[0]} --multi-view`, 'in all eight turns')
        .example(`$0 ${name} --only ${slowest} --sets ${set} --images 5`, 'on the first five images')
        .epilogue(
          `Test sets: ${sets.map(({ name }) => name).join(', ')}. A method without weights for one of the ${option}\nis left out, and said.`,
        ),
    async handler(args) {
      await runUntilStopped((watch) => runComparison(optionsFrom(definition, args, watch)));
    },
  };
}

/** What a run is stopped by, and what it is repeated by. */
type Watch = Pick<ComparisonOptions, 'command' | 'signal'>;

/** Runs until it is finished or interrupted; returns whether it was finished. */
async function runUntilStopped(work: (watch: Watch) => Promise<boolean>): Promise<boolean> {
  const command = repeatCommand('pnpm exp', ['--fresh']);
  const interrupt = onInterrupt('finishing this part of an image; finished runs are kept');
  try {
    if (await work({ command, signal: interrupt.signal })) return true;
    console.log(`stopped; finished runs are kept. Go on with:\n  ${command}`);
    process.exitCode = interrupt.exitCode();
    return false;
  } finally {
    interrupt.release();
  }
}

/** What the options ask for. Throws UserError, naming the option, for what cannot be. */
export function optionsFrom(definition: Definition, args: Arguments, watch: Watch): ComparisonOptions {
  return {
    definition,
    methods: methodsFrom(definition, args.only, args['multi-view']),
    sets: setsFrom(definition, args.sets),
    levels: levelsFrom(definition, args),
    first: countFrom(args.images),
    shard: args.shard === undefined ? undefined : shardFrom(args.shard),
    backend: args.backend,
    threads: args.threads,
    weights: weightsFolder(args.weights),
    folders: foldersFrom(args),
    out: resultsFolder(args.out),
    fresh: args.fresh,
    sources: { ...hashSources(), methods: hashMethods() },
    ...watch,
    say: (line) => console.log(line),
    showProgress: liveLine,
    columns: process.stdout.columns,
  };
}

function resultsFolder(out: string | undefined): string {
  return join(out === undefined ? RESULTS : userPath(out), COMPARISONS_FOLDER);
}

function setsFrom(definition: Definition, given: string | undefined): string[] {
  const known = definition.sets.map(({ name }) => name);
  const sets = given === undefined ? [] : namesFrom('--sets', given);
  const unknown = sets.find((name) => !known.includes(name));
  if (unknown === undefined) return sets;
  throw new UserError(`--sets ${unknown}: the test sets of this table are ${known.join(', ')}`);
}

/** The methods of `--only`, or all; in multi-view testing the networks of them. Throws UserError for those that are none. */
function methodsFrom({ methods }: Definition, only: string | undefined, isMultiView: boolean): Method[] {
  const known = methods.map(({ name }) => name);
  const names = only === undefined ? known : namesFrom('--only', only);
  const asked = names.map((name) => {
    const method = methods.find((method) => method.name === name);
    if (method) return method;
    throw new UserError(`--only ${name}: unknown method; the methods are ${known.join(', ')}`);
  });
  if (!isMultiView) return asked;
  const others = asked.filter(({ by }) => by.kind !== 'network').map(({ name }) => name);
  if (only !== undefined && others.length > 0)
    throw new UserError(
      `--multi-view: is of networks that have weights alone; leave ${others.join(', ')} out of --only`,
    );
  return asked.filter(({ by }) => by.kind === 'network').map(inAllViews);
}

function levelsFrom({ axis, levels }: Definition, args: Arguments): number[] {
  const { option } = AXES[axis];
  const given = args[option];
  if (given === undefined) return [];
  return namesFrom(`--${option}`, given).map((text) => {
    if (levels.includes(Number(text))) return Number(text);
    throw new UserError(`--${option} ${text}: the ${option} of this table are ${levels.join(', ')}`);
  });
}

function foldersFrom({ data, test }: Arguments): SetFolders {
  return {
    data: data === undefined ? DATA_FOLDERS : [userPath(data)],
    whole: test === undefined ? undefined : userPath(test),
  };
}

function countFrom(images: number | undefined): number | undefined {
  if (images === undefined || (Number.isInteger(images) && images > 0)) return images;
  throw new UserError(`--images ${images}: needs a whole number from 1`);
}

function weightsFolder(given: string | undefined): string {
  if (given === undefined) return PUBLISHED_WEIGHTS;
  const folder = userPath(given);
  if (existsSync(folder)) return folder;
  throw new UserError(`--weights ${given}: no such folder; name the one that holds the published weights`);
}

const networksCommand: Command<Pick<Arguments, 'out'>> = {
  command: 'networks',
  describe: 'Table 3: depth, sharing and parameters of the networks, read off their graphs',
  options: { out: commonOptions.out },
  builder: (yargs) => yargs.example('$0 networks', 'nothing is trained or run'),
  handler: (args) => showNetworks(resultsFolder(args.out)),
};

function showNetworks(out: string): void {
  makeFolder(out);
  const table = networkTable(readRestorations(out, (line) => console.log(line)));
  console.log(`${table.title}\n\n${formatNetworkTable(table, process.stdout.columns)}`);
  console.log(`\nthe paper’s in brackets; wrote ${writeNetworkTable(out, table)}`);
}

const { sets: _sets, shard: _shard, ...ofAllTables } = commonOptions;

const denoisersCommand: Command<Arguments> = {
  command: 'denoisers',
  describe: 'Tables 4, 5 and 3, in this order: all that compares methods of denoising',
  // Sets and shards differ between tables.
  options: { only: comparisonOptions(denoising).only, ...ofAllTables },
  builder: (yargs) =>
    yargs
      .example('$0 denoisers', 'says how long it takes; the same command goes on')
      .example('$0 denoisers --images 1', 'on the first image of each set')
      .epilogue('On several machines: denoising and denoising-300 with --shard.'),
  async handler(args) {
    const finished = await runUntilStopped((watch) =>
      runComparisons([optionsFrom(denoising, args, watch), optionsFrom(denoising300, args, watch)]),
    );
    if (!finished) return;
    console.log('');
    showNetworks(resultsFolder(args.out));
  },
};

/** `denoising`, `denoising-300`, `super-resolution`, `denoisers`, `networks`. */
export const comparisonCommands = [...COMPARISONS.map(commandOf), denoisersCommand, networksCommand] as const;
