import { type Cli, type Command, liveLine, MAX_THREADS, namesFrom, text, UserError } from '@nlrn/cli';
import type { InferredOptionTypes, Options } from 'yargs';
import { GPUJS_NAMES, measureGpuJs } from './gpujs.ts';
import { type Contest, openContest } from './lib/contest.ts';
import { measure } from './lib/measure.ts';
import { formatProfile, profile } from './lib/profile.ts';
import { writeResults } from './lib/results.ts';
import { checkRounds, roundsOption } from './lib/rounds.ts';
import type { Row } from './lib/row.ts';
import { columnsFor, formatHeader, formatLegend, formatRow } from './lib/table.ts';
import { workloadArgument } from './lib/workloadArgument.ts';
import { printThroughput } from './throughput.ts';
import { WORKLOADS, type Workload } from './workloads.ts';

/** The numbers of threads that the files of results have. */
const THREADS = '1,2';

const options = {
  threads: { ...text('Numbers of threads to measure with, such as 1,2'), default: THREADS },
  rounds: roundsOption,
  peers: {
    type: 'boolean',
    default: true,
    describe: 'TensorFlow.js, PyTorch and onnxruntime; --no-peers leaves them out',
  },
  profile: {
    type: 'boolean',
    default: false,
    describe: 'Instead, print where our time goes, by primitive, with the most threads',
  },
} as const satisfies Record<string, Options>;

type Arguments = InferredOptionTypes<typeof options> & { workload?: string | undefined };

const NAMES = [...WORKLOADS.map(({ name }) => name), ...GPUJS_NAMES];

const benchCommand: Command<Arguments> = {
  command: '$0 [workload]',
  describe: 'Times the kernels and the training step beside TensorFlow.js, PyTorch and onnxruntime',
  options,
  builder: (yargs) =>
    yargs
      .positional('workload', workloadArgument)
      .example('$0', 'everything, into results/bench/<machine>.json')
      .example('$0 conv128', 'the 3 x 3 convolutions of 128 channels')
      .example('$0 matmul --no-peers --threads 1', 'ours alone, on one thread')
      .example('$0 gpujs', "gpu.js's modes on this machine")
      .example('$0 step --profile', "where the training steps' time goes")
      .epilogue(
        `onnxruntime takes part once \`pnpm bench:peers\` has fetched it.\n\nWorkloads: ${NAMES.join(', ')}`,
      ),
  handler: run,
};

async function run({ workload: prefix = '', threads, rounds, peers, profile }: Arguments): Promise<void> {
  const chosen = WORKLOADS.filter(({ name }) => name.startsWith(prefix));
  if (!NAMES.some((name) => name.startsWith(prefix))) {
    throw new UserError(`${prefix}: no such workload; they are ${NAMES.join(', ')}`);
  }
  const counts = countsFrom(threads);
  checkRounds(rounds);
  if (chosen.length === 0) {
    if (profile || !peers || threads !== THREADS)
      throw new UserError(
        `${prefix}: has no peers, no threads and no profile; leave --no-peers, --threads and --profile out`,
      );
    return void (await measureGpuJs(prefix, rounds));
  }
  if (profile) return printProfiles(chosen, Math.max(...counts));
  const contest = await openContest(counts, peers);
  try {
    const rows = await compare(chosen, contest, counts, rounds);
    for (const contestant of contest.contestants) contestant.stop();
    const gpujs = await measureGpuJs(prefix, rounds);
    const versions = versionsOf(contest);
    console.log(`versions: ${JSON.stringify(versions)}`);
    const lack = lackOf({ chosen, threads, peers }, contest);
    console.log(lack ? `no file of results: ${lack}` : `wrote ${writeResults(rows, versions, gpujs)}`);
  } finally {
    for (const contestant of contest.contestants) contestant.stop();
  }
}

interface Run {
  readonly chosen: readonly Workload[];
  readonly threads: string;
  readonly peers: boolean;
}

/** What a run lacks of what a file of results has, which it would otherwise replace; undefined if nothing. */
export function lackOf(
  { chosen, threads, peers }: Run,
  { notes }: Pick<Contest, 'notes'>,
): string | undefined {
  if (chosen.length < WORKLOADS.length) return 'not all workloads were asked for';
  if (!peers) return 'the peers were left out';
  if (threads !== THREADS) return `it has --threads ${THREADS}, these are of ${threads}`;
  return notes.length > 0 ? notes.join('; ') : undefined;
}

function countsFrom(list: string): number[] {
  const counts = namesFrom('--threads', list).map(Number);
  const isCount = (count: number) => Number.isInteger(count) && count >= 1 && count <= MAX_THREADS;
  if (counts.every(isCount)) return counts;
  throw new UserError(`--threads ${list}: needs whole numbers from 1 to ${MAX_THREADS}, such as 1,2`);
}

/** Measures the workloads one by one and prints each row when it is known. */
async function compare(
  workloads: readonly Workload[],
  { contestants, notes }: Contest,
  threads: readonly number[],
  rounds: number,
): Promise<Row[]> {
  const columns = columnsFor(
    threads,
    contestants.map(({ name }) => name),
  );
  for (const note of notes) console.log(note);
  console.log(formatHeader(columns));
  const rows: Row[] = [];
  const line = liveLine();
  for (const [i, workload] of workloads.entries()) {
    line.show([`measuring ${workload.name}`, `${i + 1} of ${workloads.length}`]);
    rows.push(await measure(workload, contestants, rounds));
    line.clear();
    console.log(formatRow(columns, rows.at(-1)!));
  }
  console.log(`\n${formatLegend(rows)}\n`);
  return rows;
}

/** Of the libraries; of ours and the roof that is Node's. */
function versionsOf({ contestants }: Contest): Record<string, string> {
  return Object.fromEntries(contestants.map(({ name, version }) => [name, version]));
}

async function printProfiles(workloads: readonly Workload[], threads: number): Promise<void> {
  for (const workload of workloads) {
    console.log(`${workload.name}: ${workload.describe}, ${threads} threads\n`);
    console.log(`${formatProfile(await profile(workload, threads))}\n`);
  }
}

const throughputCommand: Command<{ rounds: number }> = {
  command: 'throughput',
  describe: 'How many pixels a core trains in a second, by the size of network, patch and batch',
  options: { rounds: roundsOption },
  async handler({ rounds }) {
    checkRounds(rounds);
    await printThroughput(rounds);
  },
};

const explorerCommand: Command<{ rounds: number }> = {
  command: 'explorer',
  describe: 'How long the explorer takes in Chromium, beside Node and onnxruntime-web',
  options: { rounds: roundsOption },
  async handler({ rounds }) {
    checkRounds(rounds);
    // A browser is driven only where it is asked for.
    await (await import('./explorer/explorer.ts')).measureExplorer(rounds);
  },
};

/** `pnpm bench` */
export const benchCli: Cli = {
  name: 'pnpm bench',
  summary: 'Speed of the kernels on this machine',
  commands: [benchCommand, throughputCommand, explorerCommand],
};
