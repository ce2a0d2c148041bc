import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Backend, Executable, InstructionTime } from '@nlrn/tensor';
import { Peer } from '../lib/peer.ts';
import type { Spec } from '../lib/spec.ts';
import { graphOf } from '../peers/graphs.ts';
import { type DeviceClock, MOST_SUBMITS } from './deviceClock.ts';

/** This project with gpu.js's kernels alone, with those by hand, these on matrix units; PyTorch in float32, and with TF32. */
export type ContestantName = 'gpu.js' | 'by hand' | 'mixed' | 'torch' | 'torch tf32';

/** Somebody who does a workload on the GPU, and times itself by the device's events. */
export interface GpuContestant {
  readonly name: ContestantName;
  prepare(spec: Spec): Promise<void>;
  /** Milliseconds of a run, the mean of so many */
  run(repetitions: number, warmUp: number): Promise<number>;
  /** What the host spends on a run, in milliseconds, where it is known */
  readonly host?: Executable['hostTime'] | undefined;
}

/** All launches of one kind of kernel in a run. */
export interface KernelTime {
  /** The instruction, and which of its kernels it is */
  readonly name: string;
  readonly launches: number;
  readonly milliseconds: number;
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

  /** What each kind of kernel takes in a run, the slowest first. */
  async profile(): Promise<KernelTime[]> {
    const { executable, clock, feeds } = this;
    let timed: InstructionTime[] = [];
    const byDevice = await clock.eachSubmit(async () => {
      timed = await executable!.profile!(feeds);
    }, MOST_SUBMITS);
    const kinds = Map.groupBy(
      timed.entries(),
      ([, { instruction, part }]) => `${instruction.name} (${part})`,
    );
    const times = [...kinds].map(([name, own]) => ({
      name,
      launches: own.length,
      milliseconds: own.reduce((sum, [i, { milliseconds }]) => sum + (byDevice[i] ?? milliseconds), 0),
    }));
    return times.sort((a, b) => b.milliseconds - a.milliseconds);
  }
}

const TORCH = join(import.meta.dirname, '../peers/torch_cuda.py');

/** PyTorch on the same GPU. */
export class Torch implements GpuContestant {
  readonly name: ContestantName;
  readonly version: string;
  private readonly peer: Peer;

  private constructor(name: ContestantName, peer: Peer) {
    this.name = name;
    this.peer = peer;
    this.version = peer.version;
  }

  /** With or without TF32, products with factors of 11 bits. Undefined where `python3` has no PyTorch that sees a GPU. */
  static async start({ tf32 }: { tf32: boolean }): Promise<Torch | undefined> {
    const seesGpu = 'import sys, torch; sys.exit(0 if torch.cuda.is_available() else 1)';
    if (spawnSync('python3', ['-c', seesGpu], { stdio: 'ignore' }).status !== 0) return undefined;
    const [flags, override] = tf32 ? [['--tf32'], {}] : [[], { NVIDIA_TF32_OVERRIDE: '0' }];
    return new Torch(
      tf32 ? 'torch tf32' : 'torch',
      await Peer.start('python3', [TORCH, ...flags], { PYTHONDONTWRITEBYTECODE: '1', ...override }),
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
