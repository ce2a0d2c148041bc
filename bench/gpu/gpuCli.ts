import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Cli, text, UserError, userPath } from '@nlrn/cli';
import { replaceFile } from '@nlrn/files';
import { openMode, type RecordingOptions, recordingBackend, subgroupMatrices } from '@nlrn/tensor/gpujs';
import type { CommandModule, InferredOptionTypes, Options } from 'yargs';
import { describeMachine, slug } from '../lib/machine.ts';
import { checkRounds, roundsOption } from '../lib/rounds.ts';
import { workloadArgument } from '../lib/workloadArgument.ts';
import { type ContestantName, type GpuContestant, type KernelTime, Ours, Torch } from './contestants.ts';
import { DeviceClock } from './deviceClock.ts';
import { measure, type Timing } from './measure.ts';
import { measureRoof } from './roof.ts';
import { SIZES, type SizeName, workloadsOf } from './workloads.ts';

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
  const last = workloads.at(-1);
  if (!last) {
    const names = workloadsOf(size).map(({ name }) => name);
    throw new UserError(`${prefix}: no such workload; they are ${names.join('; ')}`);
  }
  if (prefix !== '' && path === undefined) {
    throw new UserError(`${prefix}: the card's file has all workloads; name another one with --out`);
  }
  const open = await openMode('webgpu');
  const { device, adapter } = open;
  if (adapter.software && size === 'full') {
    throw new UserError(
      `${adapter.name} is imitated on the processor, which would take hours; try --size tiny`,
    );
  }
  const out = path === undefined ? fileFor(adapter.name) : userPath(path);
  const clock = new DeviceClock(device!);
  const ours = (name: ContestantName, options: RecordingOptions) =>
    new Ours(name, () => recordingBackend(open, options), clock);
  const byHand = size === 'full' ? 'large' : 'always';
  const own = [
    ours('gpu.js', { byHand: 'never' }),
    ours('by hand', { byHand }),
    ...(adapter.matrixUnits ? [ours('mixed', { byHand, matrices: subgroupMatrices })] : []),
  ];
  const torches = [await Torch.start({ tf32: false }), await Torch.start({ tf32: true })].filter(
    (torch) => torch !== undefined,
  );
  const contestants = [...own, ...torches];
  const roof = await measureRoof(device!, clock, ROOF_GROUPS[size]);
  const peak = torches.length > 0 ? peakOf() : undefined;
  const head = {
    ...{ adapter, torch: torches[0]?.version, clock: clock.isDevice ? 'device' : 'host', roof, peak },
  };
  console.log(describe(head));
  console.log(`\n${line(['workload', ...columnsOf(contestants)])}`);
  const rows = [];
  for (const workload of workloads) {
    const timings = await measure(workload, contestants, rounds);
    console.log(line([workload.name, ...cells(timings, peak)]));
    for (const { name, fault } of timings) if (fault) console.log(`  ${name}: ${fault}`);
    rows.push({ ...workload, timings });
    // What there is so far, in case that there is no time for the rest.
    write(out, { ...head, rounds, rows });
  }
  const inside = [];
  for (const one of own.slice(1)) {
    const look = await insideOf(one);
    console.log(`\n${last.name}, ${one.name}: ${typeof look === 'string' ? look : describeInside(look)}`);
    inside.push({ name: one.name, workload: last.name, look });
  }
  write(out, { ...head, rounds, rows, inside });
  console.log(`\nwrote ${out}`);
  for (const torch of torches) torch.stop();
  // Some drivers would keep the process alive.
  process.exit();
}

/** Each card has its own, so that those of several stand side by side. */
function fileFor(card: string): string {
  return join(import.meta.dirname, '../../results/gpu', `${slug(card)}.json`);
}

function write(out: string, figures: object): void {
  const results = { date: new Date().toISOString(), ...describeMachine(), ...packedCommit(), ...figures };
  mkdirSync(dirname(out), { recursive: true });
  replaceFile(out, [Buffer.from(`${JSON.stringify(results, undefined, 2)}\n`)]);
}

/** In an archive there is no repository, but a file with the commit. */
function packedCommit(): { commit?: string } {
  const file = join(import.meta.dirname, '../../COMMIT');
  return existsSync(file) ? { commit: readFileSync(file, 'utf8').trim() } : {};
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
    `torch: ${torch ?? 'not here: no python3 with PyTorch that sees a GPU'}`,
    `roof: ${teraflops(roof)} TFLOP/s, multiply-adds in registers, measured`,
    `peak: ${peak === undefined ? 'unknown without PyTorch' : `${teraflops(peak)} TFLOP/s, lanes x highest clock`}`,
  ].join('\n');
}

/** The card's peak in float32, operations a second, as PyTorch describes the card. */
function peakOf(): number {
  const torch = join(import.meta.dirname, '../peers/torch_cuda.py');
  return Number(spawnSync('python3', [torch, '--peak'], { encoding: 'utf8' }).stdout);
}

/** For each contestant its time, its rate, and the rate's share of the peak. */
function columnsOf(contestants: readonly GpuContestant[]): string[] {
  return contestants.flatMap(({ name }) => [`${name} ms`, 'TFLOP/s', '% peak']);
}

function cells(timings: readonly Timing[], peak: number | undefined): string[] {
  return timings.flatMap((timing) => [
    ...timeAndRate(timing),
    timing.rate === undefined || peak === undefined ? '-' : ((100 * timing.rate) / peak).toFixed(1),
  ]);
}

function timeAndRate(timing: Timing): string[] {
  if (timing.milliseconds === undefined) return ['-', '-'];
  return [timing.milliseconds.toFixed(3), teraflops(timing.rate!)];
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

/** The last workload from inside; or why there is no look inside. */
async function insideOf(ours: Ours): Promise<Inside | string> {
  try {
    return { host: ours.host, kernels: await ours.profile() };
  } catch (error) {
    return `no look inside: ${(error as Error).message}`;
  }
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
