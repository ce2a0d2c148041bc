import { PRESETS } from '@nlrn/nlrn';
import { type Backend, BackendError } from '@nlrn/tensor';
import { gpujsBackend, openMode } from '@nlrn/tensor/gpujs';
import { median } from './lib/row.ts';
import type { Spec } from './lib/spec.ts';
import { graphOf } from './peers/graphs.ts';

/** A line about gpu.js on this machine. */
export interface GpuJsRow {
  readonly name: string;
  readonly describe: string;
  readonly unit: 'GFLOP/s' | 'ms';
  /** The median of the rounds */
  readonly value: number;
}

/** Rows that are measured together. */
interface GpuJsBench {
  readonly names: readonly string[];
  measure(rounds: number): Promise<GpuJsRow[]>;
}

const SIDE = 512;
const NAIVE = `function (a, b) {
  let sum = 0;
  for (let i = 0; i < ${SIDE}; i++) sum += a[this.thread.y * ${SIDE} + i] * b[i * ${SIDE} + this.thread.x];
  return sum;
}`;

/** The kernel that a reader of gpu.js's manual would write, beside ours; both on one thread, in turn. */
const products: GpuJsBench = {
  names: ['gpujs-matmul512-naive', 'gpujs-matmul512'],
  async measure(rounds) {
    const naive = await naiveProduct();
    const ours = await runnerOf(await gpujsBackend({ mode: 'webasm' }), {
      kind: 'matmul',
      M: SIDE,
      K: SIDE,
      N: SIDE,
    });
    const times: { naive: number[]; ours: number[] } = { naive: [], ours: [] };
    // V8 compiles kernels a second time, for speed, when they have been run.
    for (let i = 0; i < WARM_UP; i++) await Promise.all([naive(), ours()]);
    for (let i = 0; i < rounds; i++) {
      times.naive.push(await timed(async () => naive()));
      times.ours.push(await timed(ours));
    }
    const row = (name: string, describe: string, ms: readonly number[]): GpuJsRow => ({
      name,
      describe: `${SIDE} x ${SIDE} times ${SIDE} x ${SIDE} in mode webasm, ${describe}`,
      unit: 'GFLOP/s',
      value: (2 * SIDE ** 3) / median(ms) / 1e6,
    });
    return [
      row('gpujs-matmul512-naive', 'the naive kernel', times.naive),
      row('gpujs-matmul512', "this project's kernel", times.ours),
    ];
  },
};

const WARM_UP = 3;

async function naiveProduct(): Promise<() => unknown> {
  const { gpu } = await openMode('webasm');
  const settings = { output: [SIDE, SIDE], argumentTypes: ['Array', 'Array'], loopMaxIterations: SIDE };
  const kernel = gpu.createKernel(NAIVE, settings as object);
  const [a, b] = [0, 1].map(() => Float32Array.from({ length: SIDE ** 2 }, () => Math.random() - 0.5));
  return () => kernel(a!, b!);
}

/**
 * What the host spends on a training step of the paper's width in mode webgpu.
 *
 * The patch is small, since the host's work depends on the number of instructions alone, and Mesa's imitation of a GPU
 * would take minutes for a large one.
 */
const steps: GpuJsBench = {
  names: ['gpujs-step-record', 'gpujs-step-replay'],
  async measure(rounds) {
    const { channels, embedding, states } = PRESETS.paper.network;
    const size = { channels, embedding, states, neighborhood: 5 };
    const { graph, feeds } = graphOf({ kind: 'step', ...size, batch: 1, patch: 5 });
    const { adapter } = await openMode('webgpu');
    const backend = await gpujsBackend({ mode: 'webgpu' });
    const executable = backend.compile(graph);
    await executable.run(feeds);
    const record = executable.hostTime!.record;
    const replays: number[] = [];
    for (let i = 0; i < rounds; i++) {
      await executable.run(feeds);
      replays.push(executable.hostTime!.replay);
    }
    await backend.dispose();
    const program = `training step of the paper's width, ${executable.program.instructions.length} instructions, ${adapter.name}`;
    // Mesa's imitation by OpenGL computes before the call returns.
    const whose = adapter.driver.startsWith('OpenGL') ? 'the host and its OpenGL driver' : 'the host';
    return [
      {
        name: 'gpujs-step-record',
        describe: `${program}: compiling and recording it`,
        unit: 'ms',
        value: record,
      },
      {
        name: 'gpujs-step-replay',
        describe: `${program}: time of ${whose} for a recorded one`,
        unit: 'ms',
        value: median(replays),
      },
    ];
  },
};

const BENCHES: readonly GpuJsBench[] = [products, steps];

export const GPUJS_NAMES: readonly string[] = BENCHES.flatMap(({ names }) => names);

/** Measures the rows whose names begin so, and prints each; a mode that this machine does not have is told. */
export async function measureGpuJs(prefix: string, rounds: number): Promise<GpuJsRow[]> {
  const rows: GpuJsRow[] = [];
  for (const { names, measure } of BENCHES) {
    if (!names.some((name) => name.startsWith(prefix))) continue;
    try {
      const measured = await measure(rounds);
      rows.push(...measured.filter(({ name }) => name.startsWith(prefix)));
    } catch (error) {
      if (!(error instanceof BackendError)) throw error;
      console.log(`skipped: ${names.join(', ')}: ${error.message}`);
    }
  }
  for (const row of rows) console.log(format(row));
  return rows;
}

function format({ name, unit, value, describe }: GpuJsRow): string {
  return `${name.padEnd(24)} ${unit.padEnd(7)} ${value.toFixed(2).padStart(8)}  ${describe}`;
}

async function runnerOf(backend: Backend, spec: Spec): Promise<() => Promise<void>> {
  const { graph, feeds } = graphOf(spec);
  const executable = backend.compile(graph);
  return async () => {
    await executable.run(feeds);
  };
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}
