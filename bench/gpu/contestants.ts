import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Backend, Executable } from '@nlrn/tensor';
import { Peer } from '../lib/peer.ts';
import type { Spec } from '../lib/spec.ts';
import { graphOf } from '../peers/graphs.ts';
import type { DeviceClock } from './deviceClock.ts';

/** This project's engine, its product by hand-written WGSL, and PyTorch. */
export type ContestantName = 'ours' | 'wgsl' | 'torch';

/** Somebody who does a workload on the GPU, and times itself by the device's events. */
export interface GpuContestant {
  readonly name: ContestantName;
  prepare(spec: Spec): Promise<void>;
  /** Milliseconds of a run, the mean of so many */
  run(repetitions: number, warmUp: number): Promise<number>;
  /** What the host spends on a run, in milliseconds, where it is known */
  readonly host?: Executable['hostTime'] | undefined;
}

/** This project's programs on a backend of the device that the clock belongs to. */
export class Ours implements GpuContestant {
  readonly name = 'ours';
  executable: Executable | undefined;
  private feeds: ReturnType<typeof graphOf>['feeds'] = {};
  private readonly backend: Backend;
  private readonly clock: DeviceClock;

  constructor(backend: Backend, clock: DeviceClock) {
    this.backend = backend;
    this.clock = clock;
  }

  async prepare(spec: Spec): Promise<void> {
    const { graph, feeds } = graphOf(spec);
    this.executable = this.backend.compile(graph);
    this.feeds = feeds;
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
