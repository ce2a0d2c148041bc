import { join } from 'node:path';
import type { Backend, Executable, InstructionTime } from '@nlrn/tensor';
import { openMode, type RecordingOptions, recordingBackend } from '@nlrn/tensor/gpujs';
import { Peer } from '../lib/peer.ts';
import type { Spec } from '../lib/spec.ts';
import { graphOf, type Timed } from '../peers/graphs.ts';
import { DeviceClock, MOST_SUBMITS } from './deviceClock.ts';

/** This project with gpu.js's kernels alone, with those by hand, these on matrix units; PyTorch in float32, and with TF32. */
export type ContestantName = 'gpu.js' | 'by hand' | 'mixed' | 'torch' | 'torch tf32';

/** Somebody who does a workload on the GPU, and times itself by the device's events. */
export interface GpuContestant {
  readonly name: ContestantName;
  prepare(spec: Spec): Promise<void>;
  /** What so many runs take, in milliseconds, a run */
  run(repetitions: number, warmUp: number): Promise<Sample>;
}

/** Milliseconds of a run. */
export interface Sample {
  /** What the device computes; of PyTorch all that lies between two events of the device */
  readonly milliseconds: number;
  /** With the gaps in which the device waits for the host, where that is another time */
  readonly whole?: number;
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
  private readonly options: RecordingOptions;
  private executable: Executable | undefined;
  private feeds: Timed['feeds'] = {};
  private backend: Backend | undefined;
  private clock: DeviceClock | undefined;

  constructor(name: ContestantName, options: RecordingOptions) {
    this.name = name;
    this.options = options;
  }

  async prepare(spec: Spec): Promise<void> {
    await this.stop();
    // A device that was lost is opened anew.
    const open = await openMode('webgpu');
    this.clock = new DeviceClock(open.device!);
    this.backend = recordingBackend(open, this.options);
    const { graph, feeds } = timedOf(spec);
    this.executable = this.backend.compile(graph);
    this.feeds = feeds;
  }

  async stop(): Promise<void> {
    this.executable = undefined;
    await this.backend?.dispose();
    this.backend = undefined;
  }

  /** The host prepares a run while the device computes another, as it does in training. */
  async run(repetitions: number, warmUp: number): Promise<Sample> {
    const repeat = (times: number) =>
      Promise.all(Array.from({ length: times }, () => this.executable!.run(this.feeds)));
    await repeat(warmUp);
    const { device, whole } = await this.clock!.time(() => repeat(repetitions), repetitions);
    return { milliseconds: device / repetitions, whole: whole / repetitions };
  }

  get host(): Executable['hostTime'] {
    return this.executable?.hostTime;
  }

  /** What each kind of kernel takes in a run, the slowest first. */
  async profile(): Promise<KernelTime[]> {
    const { executable, clock, feeds } = this;
    let timed: InstructionTime[] = [];
    const byDevice = await clock!.eachSubmit(async () => {
      timed = await executable!.profile!(feeds);
    }, MOST_SUBMITS);
    const kinds = Map.groupBy(
      timed.entries(),
      ([, { instruction, part }]) => `${instruction.name} (${part})`,
    );
    const times = [...kinds].map(([name, own]) => ({
      name,
      launches: own.length,
      milliseconds: own.reduce((sum, [i, { milliseconds }]) => sum + (byDevice?.[i] ?? milliseconds), 0),
    }));
    return times.sort((a, b) => b.milliseconds - a.milliseconds);
  }
}

/** The program of the workload that is being measured; all of ours run the same, each with values of its own. */
function timedOf(spec: Spec): Timed {
  if (built?.spec !== spec) built = { spec, timed: graphOf(spec) };
  return built.timed;
}

let built: { readonly spec: Spec; readonly timed: Timed } | undefined;

const TORCH = join(import.meta.dirname, '../peers/torch_cuda.py');

/** PyTorch on the same GPU. */
export class Torch implements GpuContestant {
  readonly name: ContestantName;
  readonly version: string;
  /** The card's peak in float32, operations a second, as PyTorch and the driver describe the card */
  readonly peak: number | undefined;
  private readonly peer: Peer;

  private constructor(name: ContestantName, peer: Peer) {
    this.name = name;
    this.peer = peer;
    this.version = peer.hello.version;
    this.peak = peer.hello.peak ?? undefined;
  }

  /** With or without TF32, products with factors of 11 bits. Undefined where `python3` has no PyTorch that sees a GPU. */
  static async start({ tf32 }: { tf32: boolean }): Promise<Torch | undefined> {
    const [flags, override] = tf32 ? [['--tf32'], {}] : [[], { NVIDIA_TF32_OVERRIDE: '0' }];
    try {
      const env = { PYTHONDONTWRITEBYTECODE: '1', ...override };
      return new Torch(tf32 ? 'torch tf32' : 'torch', await Peer.start('python3', [TORCH, ...flags], env));
    } catch {
      // It says why.
      return undefined;
    }
  }

  async prepare(spec: Spec): Promise<void> {
    const { unsupported } = await this.peer.prepare(spec);
    if (unsupported) throw new Error(unsupported);
  }

  async run(repetitions: number, warmUp: number): Promise<Sample> {
    return { milliseconds: (await this.peer.run(repetitions, warmUp)).milliseconds };
  }

  stop(): void {
    this.peer.stop();
  }
}

/** Does a task with PyTorch, with TF32 off and on, where it is there; its processes end with the task, whatever becomes of it. */
export async function withTorch<T>(task: (torches: readonly Torch[]) => Promise<T>): Promise<T> {
  const started = [await Torch.start({ tf32: false }), await Torch.start({ tf32: true })];
  const torches = started.filter((torch) => torch !== undefined);
  try {
    return await task(torches);
  } finally {
    for (const torch of torches) torch.stop();
  }
}
