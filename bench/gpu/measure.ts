import { median } from '../lib/row.ts';
import type { ContestantName, GpuContestant, Sample } from './contestants.ts';
import { MOST_SUBMITS } from './deviceClock.ts';
import type { GpuWorkload } from './workloads.ts';

/** A sample is so long that clocks do not count. */
const SAMPLE_MS = 100;

/** What one contestant needs for a workload: medians of the rounds, each a mean of some runs. */
export interface Timing extends Partial<Sample> {
  readonly name: ContestantName;
  /** Operations a second, of `milliseconds` */
  readonly rate?: number;
  /** Why there is no time */
  readonly fault?: string;
}

interface Runner {
  readonly contestant: GpuContestant;
  readonly repetitions: number;
  readonly samples: Sample[];
}

/** Times a workload: in each round every contestant gives one sample, in turn, so that what disturbs one disturbs all. */
export async function measure(
  { spec, flops }: GpuWorkload,
  contestants: readonly GpuContestant[],
  rounds: number,
): Promise<Timing[]> {
  const faults = new Map<GpuContestant, string>();
  const tried = async (contestant: GpuContestant, task: () => Promise<void>) => {
    if (faults.has(contestant)) return;
    await task().catch((error: Error) => faults.set(contestant, error.message));
  };
  const runners: Runner[] = [];
  for (const contestant of contestants) {
    await tried(contestant, async () => {
      await contestant.prepare(spec);
      await contestant.run(1, 0);
      const { milliseconds } = await contestant.run(1, 1);
      runners.push({
        contestant,
        repetitions: Math.max(1, Math.min(MOST_SUBMITS, Math.ceil(SAMPLE_MS / milliseconds))),
        samples: [],
      });
    });
  }
  for (let round = 0; round < rounds; round++) {
    for (const { contestant, repetitions, samples } of runners) {
      await tried(contestant, async () => {
        samples.push(await contestant.run(repetitions, 1));
      });
    }
  }
  return contestants.map((contestant) => {
    const { name } = contestant;
    const fault = faults.get(contestant);
    if (fault !== undefined) return { name, fault };
    const { samples } = runners.find((runner) => runner.contestant === contestant)!;
    const milliseconds = median(samples.map((sample) => sample.milliseconds));
    const wholes = samples.flatMap(({ whole }) => whole ?? []);
    const whole = wholes.length > 0 ? { whole: median(wholes) } : {};
    return { name, milliseconds, ...whole, rate: flops / milliseconds / 1e-3 };
  });
}
