import { setTimeout as sleep } from 'node:timers/promises';
import type { Workload } from '../workloads.ts';
import type { Contestant } from './contestants.ts';
import { type Entry, type Row, rowOf } from './row.ts';

/** A sample is so long that clocks and hand-overs do not count. */
const SAMPLE_MS = 100;
/** From this on, one run is a sample by itself, and none is spent on warming the caches. */
const LONG_MS = 1000;
/** V8 compiles kernels a second time, for speed, when they have been run. */
const WARM_UP = 3;
/** All samples of a workload together take about this long at most, as far as that leaves three rounds. */
const WORKLOAD_MS = 60_000;
const LEAST_ROUNDS = 3;
/** Between two samples: OpenBLAS's and OpenMP's threads look for work a while before they sleep. */
const PAUSE_MS = 50;

/** Why a contestant has no figure. */
type Note = Extract<Entry, { note: string }>;

/** A contestant that is ready, with the runs in a sample and the samples so far. */
interface Runner {
  readonly contestant: Contestant;
  readonly plannedBytes: number | undefined;
  readonly repetitions: number;
  readonly warmUp: number;
  /** How long a sample takes, about */
  readonly sampleMs: number;
  readonly times: number[];
  peakBytes: number;
}

/**
 * Times a workload: in each round, every contestant gives one sample, so that what disturbs the machine disturbs all.
 *
 * The order turns from round to round. A contestant that cannot do it, or fails, leaves a note in its place.
 */
export async function measure(
  workload: Workload,
  contestants: readonly Contestant[],
  wantedRounds: number,
): Promise<Row> {
  const entries: Entry[] = [];
  const runners: Runner[] = [];
  try {
    for (const contestant of contestants) {
      const ready = await noting(contestant, () => makeReady(contestant, workload));
      if ('note' in ready) entries.push(ready);
      else runners.push(ready);
    }
    const rounds = workload.once ? 1 : affordableRounds(runners, wantedRounds);
    for (let round = 0; round < rounds; round++) entries.push(...(await runRound(runners, round)));
    entries.push(...runners.map((runner) => entryOf(runner, workload)));
    return rowOf(workload, rounds, entries);
  } finally {
    for (const contestant of contestants) contestant.release();
  }
}

/** One sample of each runner; those that fail are taken out, and their notes returned. */
async function runRound(runners: Runner[], round: number): Promise<Entry[]> {
  const failed: Entry[] = [];
  const first = round % runners.length;
  for (const runner of [...runners.slice(first), ...runners.slice(0, first)]) {
    await sleep(PAUSE_MS);
    const result = await noting(runner.contestant, () => takeSample(runner));
    if (!('note' in result)) continue;
    failed.push(result);
    runners.splice(runners.indexOf(runner), 1);
  }
  return failed;
}

async function takeSample(runner: Runner): Promise<Runner> {
  const { milliseconds, peakBytes } = await runner.contestant.run(runner.repetitions, runner.warmUp);
  runner.times.push(milliseconds);
  runner.peakBytes = Math.max(runner.peakBytes, peakBytes);
  return runner;
}

/** Prepares a contestant, warms it up, and decides how many runs are a sample. */
async function makeReady(contestant: Contestant, workload: Workload): Promise<Runner | Note> {
  const { plannedBytes, unsupported } = await contestant.prepare(workload);
  const { name, threads } = contestant;
  if (unsupported) return { name, threads, note: unsupported };
  const runner = {
    contestant,
    plannedBytes,
    repetitions: 1,
    warmUp: 0,
    sampleMs: 0,
    times: [],
    peakBytes: 0,
  };
  if (workload.once && name !== 'roof') return runner;
  const cold = await contestant.run(1, 0);
  const { milliseconds } = cold.milliseconds > LONG_MS ? cold : await contestant.run(1, WARM_UP - 1);
  const warmUp = milliseconds > LONG_MS ? 0 : 1;
  const repetitions = Math.max(1, Math.ceil(SAMPLE_MS / milliseconds));
  return { ...runner, warmUp, repetitions, sampleMs: (warmUp + repetitions) * milliseconds };
}

/** As many rounds as are wanted and do not take too long. */
function affordableRounds(runners: readonly Runner[], wanted: number): number {
  const round = runners.reduce((total, { sampleMs }) => total + sampleMs + PAUSE_MS, 0);
  return Math.min(wanted, Math.max(LEAST_ROUNDS, Math.floor(WORKLOAD_MS / round)));
}

/** A task of a contestant; if it fails, the contestant is stopped, and starts anew with the next workload. */
async function noting<T>(contestant: Contestant, task: () => Promise<T>): Promise<T | Note> {
  try {
    return await task();
  } catch (error) {
    contestant.stop();
    const { name, threads } = contestant;
    return { name, threads, note: `failed: ${(error as Error).message}` };
  }
}

function entryOf({ contestant, times, plannedBytes, peakBytes }: Runner, workload: Workload): Entry {
  const { name, threads } = contestant;
  const rates = times.map((time) => contestant.amount(workload) / time / 1e6);
  const whole = name === 'roof' ? 1 : (workload.repeated ?? 1);
  const planned = plannedBytes === undefined ? {} : { plannedBytes };
  return { name, threads, times: times.map((time) => whole * time), rates, peakBytes, ...planned };
}
