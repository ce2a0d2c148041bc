import { type Backend, formatBytes, type Program } from '@nlrn/tensor';
import type { Workload } from '../workloads.ts';

/** What a workload took on one backend. */
export interface Measurement {
  readonly name: string;
  readonly describe: string;
  readonly backend: string;
  /** Median over the rounds, in milliseconds, and the fastest one */
  readonly medianMs: number;
  readonly bestMs: number;
  /** Billions of operations a second, at the median */
  readonly gflops: number;
  /** Peak of the program's arena, in bytes */
  readonly arenaBytes: number;
}

/** Runs before the clock starts: V8 compiles the kernels a second time, for speed, when they have been run. */
const WARM_UP = 3;
/** At least so many timed rounds, and as many more as fit into the time. */
const LEAST_ROUNDS = 5;
const SECONDS = 1.5;

export async function measure(workload: Workload, backend: Backend): Promise<Measurement> {
  const { graph, feeds = {} } = workload.build();
  const executable = backend.compile(graph);
  for (let i = 0; i < WARM_UP; i++) await executable.run(feeds);
  const times: number[] = [];
  for (
    const end = performance.now() + 1000 * SECONDS;
    times.length < LEAST_ROUNDS || performance.now() < end;
  ) {
    const start = performance.now();
    await executable.run(feeds);
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  const medianMs = times[times.length >> 1]!;
  return {
    name: workload.name,
    describe: workload.describe,
    backend: backend.description,
    medianMs,
    bestMs: times[0]!,
    gflops: workload.flops / medianMs / 1e6,
    arenaBytes: arenaBytes(executable.program),
  };
}

function arenaBytes({ peak }: Program): number {
  return 4 * peak;
}

/** `conv128           1 thread     41.7 ms    57.2 GFLOP/s  arena 12.0 MB   what it is` */
export function formatMeasurement({
  name,
  describe,
  backend,
  medianMs,
  gflops,
  arenaBytes,
}: Measurement): string {
  const cells = [
    name.padEnd(22),
    backend.padEnd(17),
    `${medianMs.toFixed(2).padStart(9)} ms`,
    `${gflops.toFixed(1).padStart(6)} GFLOP/s`,
    formatBytes(arenaBytes).padStart(9),
    describe,
  ];
  return cells.join('  ');
}
