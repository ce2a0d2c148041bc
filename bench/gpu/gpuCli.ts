import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type Cli, text, UserError, userPath } from '@nlrn/cli';
import { replaceFile } from '@nlrn/files';
import { openMode, subgroupMatrices } from '@nlrn/tensor/gpujs';
import type { CommandModule, InferredOptionTypes, Options } from 'yargs';
import { describeMachine, slug } from '../lib/machine.ts';
import { checkRounds, roundsOption } from '../lib/rounds.ts';
import { workloadArgument } from '../lib/workloadArgument.ts';
import { type ContestantName, type GpuContestant, type KernelTime, Ours, Torch } from './contestants.ts';
import { DeviceClock } from './deviceClock.ts';
import { measure, type Timing } from './measure.ts';
import { measureRoof } from './roof.ts';
import { type GpuWorkload, SIZES, type SizeName, workloadsOf } from './workloads.ts';

const options = {
  size: { ...text('full, or tiny to try the program'), choices: Object.keys(SIZES), default: 'full' },
  rounds: roundsOption,
  out: text('File of the results; results/gpu/<card>.json without it'),
} as const satisfies Record<string, Options>;

/** Groups of threads of the roof: many times what a card runs at once. */
const ROOF_GROUPS: Readonly<Record<SizeName, number>> = { full: 16_384, tiny: 4 };

type Arguments = InferredOptionTypes<typeof options> & { workload?: string | undefined };

const command: CommandModule<unknown, Arguments> = {
  command: '$0 [workload]',
  describe: 'Times kernels and the training step on the GPU, beside PyTorch on the same',
  builder: (yargs) =>
    yargs
      .positional('workload', workloadArgument)
      .options(options)
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
  const clock = new DeviceClock(device!);
  const byHand = size === 'full' ? 'large' : 'always';
  const own = [
    new Ours('gpu.js', { byHand: 'never' }),
    new Ours('by hand', { byHand }),
    ...(adapter.matrixUnits ? [new Ours('mixed', { byHand, matrices: subgroupMatrices })] : []),
  ];
  const torches = [await Torch.start({ tf32: false }), await Torch.start({ tf32: true })].filter(
    (torch) => torch !== undefined,
  );
  const contestants = [...own, ...torches];
  const roof = await measureRoof(device!, clock, ROOF_GROUPS[size]);
  const [torch] = torches;
  const head = {
    ...{ adapter, torch: torch?.version, clock: clock.isDevice ? 'device' : 'host', roof, peak: torch?.peak },
    ...{ size, rounds },
  };
  console.log(describe(head));
  console.log(`\n${line(['workload', ...columnsOf(contestants)])}`);
  const machine = describeMachine();
  const rows = earlierRows(out, { ...head, commit: machine.commit }, workloads.length);
  for (const workload of workloads) {
    const earlier = rows.find(({ name }) => name === workload.name);
    const row = earlier ?? { ...workload, timings: await measure(workload, contestants, rounds) };
    const { timings } = row;
    console.log(line([workload.name, ...contestants.flatMap(({ name }) => cells(name, timings, head.peak))]));
    for (const { name, fault } of timings) if (fault) console.log(`  ${name}: ${fault}`);
    if (earlier) continue;
    const inside = workload.spec.kind === 'step' ? await insides(own.slice(1)) : undefined;
    rows.push({ ...row, ...(inside && { inside }) });
    // What there is so far, in case that there is no time for the rest.
    write(out, { ...machine, ...head, rows });
  }
  for (const { name: workload, inside = [] } of rows) {
    for (const { name, look } of inside) {
      console.log(`\n${workload}, ${name}: ${typeof look === 'string' ? look : describeInside(look)}`);
    }
  }
  console.log(`\nwrote ${out}`);
  for (const torch of torches) torch.stop();
  // Some drivers would keep the process alive.
  process.exit();
}

/** A workload and its times. */
interface Row extends GpuWorkload {
  readonly timings: readonly Timing[];
  /** What a training step is made of */
  readonly inside?: readonly { readonly name: string; readonly look: Inside | string }[];
}

/** What must be the same for rows to stand in one table. */
const SAME = ['commit', 'size', 'rounds', 'torch', 'clock', 'adapter'] as const;

/**
 * The rows that were measured before the time ran out: by the same program in the same way, and without faults. None if all
 * were, for then the bench is to be repeated.
 */
function earlierRows(out: string, now: Readonly<Record<(typeof SAME)[number], unknown>>, all: number): Row[] {
  const earlier = parsed(out);
  const written = JSON.parse(JSON.stringify(now));
  const isSame = SAME.every((key) => isDeepStrictEqual(earlier[key], written[key]));
  if (!isSame || !/^[0-9a-f]+$/.test(String(now.commit))) return [];
  const rows = (earlier.rows as readonly Row[]).filter(({ timings }) =>
    timings.every(({ fault }) => fault === undefined),
  );
  if (rows.length === all) return [];
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
  mkdirSync(dirname(out), { recursive: true });
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

function line([name, ...cells]: readonly string[]): string {
  return [name!.padEnd(44), ...cells.map((cell) => cell.padStart(10))].join(' ');
}

interface Inside {
  readonly host: Ours['host'];
  readonly kernels: readonly KernelTime[];
}

/** What is in the workload that was measured last, or why it cannot be told. */
async function insides(ours: readonly Ours[]): Promise<NonNullable<Row['inside']>> {
  const found = [];
  for (const one of ours) {
    const look = await one.profile().then(
      (kernels): Inside => ({ host: one.host, kernels }),
      ({ message }: Error) => `no look inside: ${message}`,
    );
    found.push({ name: one.name, look });
  }
  return found;
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
  commands: [command as unknown as CommandModule],
  optionsOf: () => options,
};
