import { join } from 'node:path';
import {
  type Cli,
  type Command,
  DATA,
  formatSeconds,
  type LiveLine,
  liveLine,
  onInterrupt,
  repeatCommand,
  text,
  UserError,
  userPath,
} from '@nlrn/cli';
import type { InferredOptionTypes, Options } from 'yargs';
import { type KnownSet, SETS } from './catalogue.ts';
import { compare, describeComparison, isWhole, recognise } from './check.ts';
import { fetchSet, PUBLIC_PLACE } from './fetch.ts';
import { entriesOf, readManifest } from './manifest.ts';

const fetchOptions = {
  out: text('Folder in which the set’s folder is made; data/ of this repository without it'),
  from: { ...text('Place of the repositories, or of a copy with the same paths'), default: PUBLIC_PLACE },
} as const satisfies Record<string, Options>;

const checkOptions = {
  set: text('Name of the set that it should be; by default the one it has most images of'),
} as const satisfies Record<string, Options>;

const listCommand: Command = {
  command: 'list',
  describe: 'Show the sets, and which can be fetched',
  options: {},
  handler: () => {
    for (const { name, about, source } of SETS) {
      console.log(`${name}\n  ${about}`);
      console.log(`  github.com/${source.repository}: ${source.folder}`);
      console.log(source.byHand ? `  cannot be fetched: ${source.byHand}` : `  pnpm data fetch ${name}`);
    }
  },
};

type FetchArguments = InferredOptionTypes<typeof fetchOptions> & { name: string };

const fetchCommand: Command<FetchArguments> = {
  command: 'fetch <name>',
  describe:
    'Fetch a set from its public place, each image checked by its pixels; goes on where it was stopped',
  options: fetchOptions,
  builder: (yargs) =>
    yargs
      .positional('name', { type: 'string', demandOption: true, describe: 'Name of the set, see `list`' })
      .example('$0 fetch set12', 'into data/set12 of this repository, where `pnpm exp` looks for it')
      .example('$0 fetch train400 --out ~/images', 'into ~/images/train400')
      .example(
        '$0 fetch bsd68 --from http://localhost:8000',
        'from a copy of cszn/DnCNN/HEAD/testsets/BSD68',
      ),
  handler: runFetch,
};

async function runFetch({ name, out, from }: FetchArguments): Promise<void> {
  const set = setNamed(name);
  const { repository, folder: path, byHand } = set.source;
  if (byHand !== undefined)
    throw new UserError(
      `${name}: cannot be fetched (${byHand}); it is made of github.com/${repository}, ${path}`,
    );
  if (!URL.canParse(from)) throw new UserError(`--from ${from}: needs an address such as ${PUBLIC_PLACE}`);
  const folder = join(out === undefined ? DATA : userPath(out), name);
  const interrupt = onInterrupt('stopping; the images so far are kept');
  const line = liveLine();
  try {
    const manifest = readManifest(name);
    const { signal } = interrupt;
    const isDone = await fetchSet({ set, manifest, folder, from, signal, onImage: progress(line) });
    line.clear();
    if (isDone) return void console.log(`${folder}: all ${manifest.length} images of ${name}`);
    console.log(`stopped; the images so far are kept. Go on with:\n  ${repeatCommand('pnpm data', [])}`);
    process.exitCode = interrupt.exitCode();
  } finally {
    line.stop();
    interrupt.release();
  }
}

/** Tells how many images there are, and after the first that has come the time left. */
function progress(line: LiveLine): (done: number, total: number) => void {
  const start = performance.now();
  let before: number | undefined;
  return (done, total) => {
    before ??= done;
    const seconds = ((performance.now() - start) / 1000 / (done - before)) * (total - done);
    line.show([`image ${done}/${total}`, ...(done > before ? [`${formatSeconds(seconds)} left`] : [])]);
  };
}

type CheckArguments = InferredOptionTypes<typeof checkOptions> & { folder: string };

const checkCommand: Command<CheckArguments> = {
  command: 'check <folder>',
  describe: 'Tell whether a folder of PNG images is a set that the paper used, by names and pixels',
  options: checkOptions,
  builder: (yargs) =>
    yargs
      .positional('folder', { type: 'string', demandOption: true, describe: 'Folder of PNG images' })
      .example('$0 check data/set12', 'exit code 0 if it is the set, 1 if not')
      .example('$0 check images --set bsd68', ''),
  handler: runCheck,
};

function runCheck({ folder, set }: CheckArguments): void {
  const found = entriesOf(userPath(folder));
  const manifests = new Map(SETS.map(({ name }) => [name, readManifest(name)]));
  const name = set === undefined ? recognise(found, manifests) : setNamed(set).name;
  if (name === undefined)
    throw new UserError(
      `${folder}: none of its ${found.length} images is of a set that is known; they are ${namesOf(SETS)}`,
    );
  const manifest = manifests.get(name)!;
  const comparison = compare(found, manifest);
  for (const line of describeComparison(name, manifest.length, comparison)) console.log(line);
  process.exitCode = isWhole(comparison) ? 0 : 1;
}

function setNamed(name: string): KnownSet {
  const set = SETS.find((known) => known.name === name);
  if (set) return set;
  throw new UserError(`${name}: no such set; they are ${namesOf(SETS)}`);
}

function namesOf(sets: readonly KnownSet[]): string {
  return sets.map(({ name }) => name).join(', ');
}

/** `pnpm data` */
export const dataCli: Cli = {
  name: 'pnpm data',
  summary: 'Images of the paper: where they come from, and whether a folder has them',
  commands: [listCommand, fetchCommand, checkCommand],
};
