import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Backend, Executable } from '@nlrn/tensor';
import { Peer } from '../lib/peer.ts';
import type { Spec } from '../lib/spec.ts';
import { graphOf } from '../peers/graphs.ts';
import type { DeviceClock } from './deviceClock.ts';

/** This project with gpu.js's kernels alone, with those by hand where it has them, and PyTorch. */
export type ContestantName = 'gpu.js' | 'by hand' | 'torch';

/** Somebody who does a workload on the GPU, and times itself by the device's events. */
export interface GpuContestant {
  readonly name: ContestantName;
  prepare(spec: Spec): Promise<void>;
  /** Milliseconds of a run, the mean of so many */
  run(repetitions: number, warmUp: number): Promise<number>;
  /** What the host spends on a run, in milliseconds, where it is known */
  readonly host?: Executable['hostTime'] | undefined;
}

/** This project's programs; each workload has a backend of its own, so that none keeps another's memory. */
export class Ours implements GpuContestant {
  readonly name: ContestantName;
  executable: Executable | undefined;
  private feeds: ReturnType<typeof graphOf>['feeds'] = {};
  private readonly open: () => Backend;
  private backend: Backend | undefined;
  private readonly clock: DeviceClock;

  /** The backends that `open` makes are on the device of the clock. */
  constructor(name: ContestantName, open: () => Backend, clock: DeviceClock) {
    this.name = name;
    this.open = open;
    this.clock = clock;
  }

  async prepare(spec: Spec): Promise<void> {
    await this.stop();
    this.backend = this.open();
    const { graph, feeds } = graphOf(spec);
    this.executable = this.backend.compile(graph);
    this.feeds = feeds;
  }

  async stop(): Promise<void> {
    this.executable = undefined;
    await this.backend?.dispose();
    this.backend = undefined;
  }

  async run(repetitions: number, warmUp: number): Promise<number> {
    const repeat = async (times: number) => {
      for (let i = 0; i < times; i++) await this.executable!.run(this.feeds);
    };
    await repeat(warmUp);
    return (await this.clock.time(() => repeat(repetitions), repetitions)) / repetitions;
  }

  get host() {
    return this.executable?.hostTime;
  }

  /** Milliseconds of each primitive in a run, the slowest first. */
  async profile(): Promise<(readonly [primitive: string, milliseconds: number])[]> {
    const { executable, clock, feeds } = this;
    const { length } = executable!.program.instructions;
    let byHost: number[] = [];
    const byDevice = await clock.eachSubmit(async () => {
      byHost = (await executable!.profile!(feeds)).map(({ milliseconds }) => milliseconds);
    }, length);
    const times = clock.isDevice ? byDevice : byHost;
    const totals = new Map<string, number>();
    executable!.program.instructions.forEach(({ name }, i) => {
      totals.set(name, (totals.get(name) ?? 0) + times[i]!);
    });
    return [...totals].sort(([, a], [, b]) => b - a);
  }
}

const TORCH = join(import.meta.dirname, '../peers/torch_cuda.py');

/** PyTorch on the same GPU, TF32 off. */
export class Torch implements GpuContestant {
  readonly name = 'torch';
  readonly version: string;
  private readonly peer: Peer;

  private constructor(peer: Peer) {
    this.peer = peer;
    this.version = peer.version;
  }

  /** Undefined where `python3` has no PyTorch that sees a GPU. */
  static async start(): Promise<Torch | undefined> {
    const seesGpu = 'import sys, torch; sys.exit(0 if torch.cuda.is_available() else 1)';
    if (spawnSync('python3', ['-c', seesGpu], { stdio: 'ignore' }).status !== 0) return undefined;
    return new Torch(
      await Peer.start('python3', [TORCH], { PYTHONDONTWRITEBYTECODE: '1', NVIDIA_TF32_OVERRIDE: '0' }),
    );
  }

  async prepare(spec: Spec): Promise<void> {
    const { unsupported } = await this.peer.prepare(spec);
    if (unsupported) throw new Error(unsupported);
  }

  async run(repetitions: number, warmUp: number): Promise<number> {
    return (await this.peer.run(repetitions, warmUp)).milliseconds;
  }

  stop(): void {
    this.peer.stop();
  }
}
