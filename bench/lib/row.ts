import type { Workload } from '../workloads.ts';
import type { ContestantName } from './contestants.ts';

/** What one contestant did: a time and a rate for each round, or a note why there are none. */
export type Entry = { readonly name: ContestantName; readonly threads: number } & (
  | { readonly note: string }
  | {
      /** Milliseconds for the whole workload */
      readonly times: readonly number[];
      /** GFLOP/s, or GB/s where the workload is bound by memory */
      readonly rates: readonly number[];
      readonly peakBytes: number;
      readonly plannedBytes?: number;
    }
);

/** Medians over the rounds. */
export interface Summary {
  readonly name: ContestantName;
  readonly threads: number;
  readonly note?: string;
  readonly milliseconds?: number;
  readonly bestMilliseconds?: number;
  readonly rate?: number;
  readonly peakBytes?: number;
  readonly plannedBytes?: number;
}

/** How many times as fast ours is, with as many threads as it is said to have. */
export interface Ratio {
  readonly threads: number;
  readonly against: ContestantName;
  readonly againstThreads: number;
  readonly ratio: number;
}

/** A workload's line in the table and in the results. */
export interface Row {
  readonly name: string;
  readonly describe: string;
  readonly unit: 'GFLOP/s' | 'GB/s';
  readonly rounds: number;
  readonly contestants: readonly Summary[];
  readonly ratios: readonly Ratio[];
}

/** A ratio is the median over the rounds of the ratios within a round, when both ran on the same machine. */
export function rowOf({ name, describe, flops }: Workload, rounds: number, entries: readonly Entry[]): Row {
  const ours = entries.filter((entry) => entry.name === 'ours');
  return {
    name,
    describe,
    unit: flops === undefined ? 'GB/s' : 'GFLOP/s',
    rounds,
    contestants: entries.map(summaryOf),
    ratios: ours.flatMap((own) => entries.flatMap((other) => ratioOf(own, other) ?? [])),
  };
}

function summaryOf(entry: Entry): Summary {
  if ('note' in entry) return entry;
  const { times, rates, ...rest } = entry;
  return {
    ...rest,
    milliseconds: median(times),
    bestMilliseconds: Math.min(...times),
    rate: median(rates),
  };
}

function ratioOf(own: Entry, other: Entry): Ratio | undefined {
  if (own === other || 'note' in own || 'note' in other) return undefined;
  return {
    threads: own.threads,
    against: other.name,
    againstThreads: other.threads,
    ratio: median(own.rates.map((rate, round) => rate / other.rates[round]!)),
  };
}

/** The middle one; of an even number the mean of the middle two. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
