import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type Cli, type Command, describeMachine, onInterrupt, text, UserError, userPath } from '@nlrn/cli';
import { checkWritable, makeFolder, replaceFile } from '@nlrn/files';
import { openMode, subgroupMatrices } from '@nlrn/tensor/gpujs';
import type { InferredOptionTypes, Options } from 'yargs';
import { checkRounds, roundsOption } from '../lib/rounds.ts';
import { slug } from '../lib/slug.ts';
import { workloadArgument } from '../lib/workloadArgument.ts';
import { type ContestantName, type GpuContestant, Ours, withTorch } from './contestants.ts';
import { DeviceClock } from './deviceClock.ts';
import { measure, type Timing } from './measure.ts';
import { measureRoof } from './roof.ts';
import { type Inside, type Row, rowsToKeep, timeApart } from './rows.ts';
import { type GpuWorkload, SIZES, type SizeName, workloadsOf } from './workloads.ts';

const options = {
  size: { ...text('full, or tiny to try the program'), choices: Object.keys(SIZES), default: 'full' },
  rounds: roundsOption,
  out: text('File of the results; results/gpu/<card>.json without it'),
} as const satisfies Record<string, Options>;

/** Groups of threads of the roof: many times what a card runs at once. */
const ROOF_GROUPS: Readonly<Record<SizeName, number>> = { full: 16_384, tiny: 4 };

type Arguments = InferredOptionTypes<typeof options> & { workload?: string | undefined };

const command: Command<Arguments> = {
  command: '$0 [workload]',
  describe: 'Times kernels and the training step on the GPU, beside PyTorch on the same',
  options,
  builder: (yargs) =>
    yargs
      .positional('workload', workloadArgument)
      .example('$0 matmul --out matmul.json', 'products of matrices alone, in a file of their own')
      .example('$0 --size tiny', 'tries everything, in minutes'),
  handler: run,
};

async function run({ workload: prefix = '', size: sizeName, rounds, out: path }: Arguments): Promise<void> {
  const size = sizeName as SizeName;
  checkRounds(rounds);
  const workloads = workloadsOf(size).filter(({ name }) => name.startsWith(prefix));
  if (workloads.length === 0) {
    const names = workloadsOf(size).map(({ name }) => name);
    throw new UserError(`${prefix}: no such workload; they are ${names.join('; ')}`);
  }
  if (prefix !== '' && path === undefined) {
    throw new UserError(`${prefix}: the card's file has all workloads; name another one with --out`);
  }
  const { device, adapter } = await openMode('webgpu');
  if (adapter.software && size === 'full') {
    throw new UserError(
      `${adapter.name} is imitated on the processor, which would take hours; try --size tiny`,
    );
  }
  const out = path === undefined ? fileFor(adapter.name, size) : userPath(path);
  makeFolder(dirname(out));
  checkWritable(out);
  const earlier = parsed(out);
  const interrupt = onInterrupt(`what has been measured is in ${out}`);
  interrupt.signal.addEventListener('abort', () => process.exit(interrupt.exitCode()));
  const clock = new DeviceClock(device!);
  const roof = await measureRoof(device!, clock, ROOF_GROUPS[size]);
  const byHand = size === 'full' ? 'large' : 'always';
  const own = [new Ours('gpu.js', { byHand: 'never' }), new Ours('by hand', { byHand })];
  const mixed = adapter.matrixUnits ? new Ours('mixed', { byHand, matrices: subgroupMatrices }) : undefined;
  const machine = describeMachine();
  const { save, rows, peak } = await withTorch(async (torches) => {
    const contestants = [...own, ...torches];
    const [torch] = torches;
    const head = {
      ...{ adapter, torch: torch?.version, clock: clock.isDevice ? 'device' : 'host' },
      ...{ roof, peak: torch?.peak, size, rounds, ...(mixed && { byItself: [mixed.name] }) },
    };
    console.log(describe(head));
    printColumns(contestants);
    const rows = earlierRows(earlier, { ...head, commit: machine.commit }, workloads.length, mixed?.name);
    // What there is so far, in case that there is no time for the rest.
    const save = () => write(out, { ...machine, ...head, rows });
    for (const workload of workloads) {
      const earlier = rows.find(({ name }) => name === workload.name);
      const row = earlier ?? { ...workload, timings: await measure(workload, contestants, rounds) };
      printRow(row, contestants, head.peak);
      if (earlier) continue;
      rows.push({ ...row, ...(await insideOf(workload, own.slice(1))) });
      save();
    }
    return { save, rows, peak: head.peak };
  });
  if (mixed) {
    for (const other of own) await other.stop();
    console.log('\nby itself, after all others:');
    printColumns([mixed]);
    const time = (row: Row) => withMixed(row, mixed, rounds);
    for (const row of [...rows]) printRow(await timeApart(rows, row, mixed.name, time, save), [mixed], peak);
  }
  interrupt.release();
  for (const { name: workload, inside = [] } of rows) {
    for (const { name, look } of inside) {
      console.log(`\n${workload}, ${name}: ${typeof look === 'string' ? look : describeInside(look)}`);
    }
  }
  console.log(`\nwrote ${out}`);
}

/** A row with the times of products on matrix units, and what is in their training step. */
async function withMixed(row: Row, mixed: Ours, rounds: number): Promise<Row> {
  const timings = [...row.timings, ...(await measure(row, [mixed], rounds))];
  const { inside = [] } = await insideOf(row, [mixed]);
  return { ...row, timings, ...(row.inside && { inside: [...row.inside, ...inside] }) };
}

/** What must be the same for rows to stand in one table. */
const SAME = ['commit', 'size', 'rounds', 'torch', 'clock', 'adapter'] as const;

/** The rows that were measured before the time ran out, by the same program in the same way. */
function earlierRows(
  earlier: ReturnType<typeof parsed>,
  now: Readonly<Record<(typeof SAME)[number], unknown>>,
  all: number,
  apart: ContestantName | undefined,
): Row[] {
  const written = JSON.parse(JSON.stringify(now));
  const isSame = SAME.every((key) => isDeepStrictEqual(earlier[key], written[key]));
  if (!isSame || !/^[0-9a-f]+$/.test(String(now.commit))) return [];
  const rows = rowsToKeep(earlier.rows as readonly Row[], all, apart);
  for (const { name } of rows) console.log(`${name}: measured before, at ${earlier.date}`);
  return rows;
}

/** What a file of results holds; nothing if there is none, or another. */
function parsed(out: string): Readonly<Record<string, unknown>> {
  if (!existsSync(out)) return {};
  try {
    return JSON.parse(readFileSync(out, 'utf8'));
  } catch {
    throw new UserError(`--out ${out}: is there, and no file of results; name another one`);
  }
}

/** Each card has its own, so that those of several stand side by side. */
function fileFor(card: string, size: SizeName): string {
  const name = size === 'full' ? slug(card) : `${slug(card)}-${size}`;
  return join(import.meta.dirname, '../../results/gpu', `${name}.json`);
}

function write(out: string, figures: object): void {
  const results = { date: new Date().toISOString(), ...figures };
  replaceFile(out, [Buffer.from(`${JSON.stringify(results, undefined, 2)}\n`)]);
}

interface Head {
  readonly adapter: { readonly name: string; readonly driver: string };
  readonly torch: string | undefined;
  readonly clock: string;
  readonly roof: number;
  readonly peak: number | undefined;
}

function describe({ adapter, torch, clock, roof, peak }: Head): string {
  return [
    `ours: gpu.js's kernels, and some by hand, on ${adapter.name} (${adapter.driver}), timed by the ${clock}'s clock`,
    `torch: ${torch ?? 'not here'}`,
    `roof: ${teraflops(roof)} TFLOP/s, multiply-adds in registers, measured`,
    `peak: ${peak === undefined ? 'unknown: PyTorch and nvidia-smi tell it' : `${teraflops(peak)} TFLOP/s, lanes x highest clock`}`,
  ].join('\n');
}

/** For each contestant its time, its rate, and the rate's share of the peak; of ours also the time with the host's gaps. */
function columnsOf(contestants: readonly GpuContestant[]): string[] {
  return contestants.flatMap((contestant) => [
    `${contestant.name} ms`,
    'TFLOP/s',
    '% peak',
    ...(contestant instanceof Ours ? ['whole ms'] : []),
  ]);
}

function cells(contestant: ContestantName, timings: readonly Timing[], peak: number | undefined): string[] {
  const { milliseconds, whole, rate } = timings.find(({ name }) => name === contestant) ?? {};
  const isOurs = !contestant.startsWith('torch');
  return [
    milliseconds?.toFixed(3) ?? '-',
    rate === undefined ? '-' : teraflops(rate),
    rate === undefined || peak === undefined ? '-' : ((100 * rate) / peak).toFixed(1),
    ...(isOurs ? [whole?.toFixed(3) ?? '-'] : []),
  ];
}

function teraflops(rate: number): string {
  return (rate / 1e12).toPrecision(3);
}

function printColumns(contestants: readonly GpuContestant[]): void {
  console.log(`\n${line(['workload', ...columnsOf(contestants)])}`);
}

/** What the contestants need for a workload, and which of them have failed. */
function printRow(
  { name: workload, timings }: Row,
  contestants: readonly GpuContestant[],
  peak?: number,
): void {
  console.log(line([workload, ...contestants.flatMap(({ name }) => cells(name, timings, peak))]));
  for (const { name } of contestants) {
    const fault = timings.find((timing) => timing.name === name)?.fault;
    if (fault) console.log(`  ${name}: ${fault}`);
  }
}

function line([name, ...cells]: readonly string[]): string {
  return [name!.padEnd(44), ...cells.map((cell) => cell.padStart(10))].join(' ');
}

/** What is in a training step that was measured last, or why it cannot be told; nothing of another workload. */
async function insideOf({ spec }: GpuWorkload, ours: readonly Ours[]): Promise<Pick<Row, 'inside'>> {
  if (spec.kind !== 'step') return {};
  const found = [];
  for (const one of ours) {
    const look = await one.profile().then(
      (kernels): Inside => ({ host: one.host, kernels }),
      ({ message }: Error) => `no look inside: ${message}`,
    );
    found.push({ name: one.name, look });
  }
  return { inside: found };
}

function describeInside({ host, kernels }: Inside): string {
  const total = kernels.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  return [
    `the host takes ${host?.record.toFixed(0)} ms to record it, ${host?.replay.toFixed(2)} ms to replay it`,
    ...kernels.map(
      ({ name, launches, milliseconds: ms }) =>
        `${name.padEnd(44)} ${`${launches} x`.padStart(6)} ${ms.toFixed(3).padStart(10)} ms ${percent(ms / total)}`,
    ),
    `${'one by one'.padEnd(51)} ${total.toFixed(3).padStart(10)} ms`,
  ].join('\n');
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1).padStart(5)}%`;
}

/** `bench/gpu.sh bench` */
export const gpuCli: Cli = {
  name: 'bench/gpu.sh bench',
  summary: 'Speed on this GPU',
  commands: [command],
};
