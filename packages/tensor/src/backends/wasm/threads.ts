import { Worker } from 'node:worker_threads';
import type { SharedMemory } from './memory.ts';
import { instantiate, type KernelExports, kernelModule } from './module.ts';

/** What a worker is started with. */
export interface WorkerData {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Address of the control words, and of the spare memory of all threads. */
  readonly control: number;
  readonly spare: number;
  readonly thread: number;
  readonly threads: number;
}

/** The control words: three for the kernels' barrier, then what to run. */
export const ARRIVED = 0;
export const GENERATION = 1;
export const FAILED = 2;
/** Counts the programs handed over; workers sleep on it. */
export const HANDED_OVER = 3;
/** Address of the program to run, or 0 to stop. */
export const PROGRAM = 4;
export const CONTROL_WORDS = 5;

/** As in kernels/tile.ts: memory that each thread needs for tiles at an edge. */
export const SPARE_BYTES = 448;

/** The threads of a backend: this one and its workers. All of them run every program together. */
export class Threads {
  private readonly memory: SharedMemory;
  private readonly control: number;
  private readonly spare: number;
  private readonly kernels: KernelExports;
  private readonly workers: Worker[];
  private readonly count: number;

  private constructor(memory: SharedMemory, count: number) {
    this.memory = memory;
    this.count = count;
    this.control = memory.reserve(4 * CONTROL_WORDS);
    this.spare = memory.reserve(SPARE_BYTES * count);
    const module = kernelModule();
    this.kernels = instantiate(module, memory.memory).exports as unknown as KernelExports;
    this.workers = Array.from({ length: count - 1 }, (_, i) => {
      const workerData: WorkerData = {
        module,
        memory: memory.memory,
        control: this.control,
        spare: this.spare,
        thread: i + 1,
        threads: count,
      };
      return new Worker(new URL('./worker.ts', import.meta.url), { workerData });
    });
    // An idle backend must not keep the process alive.
    for (const worker of this.workers) worker.unref();
  }

  /** Starts the workers and waits until they are ready. */
  static async start(memory: SharedMemory, count: number): Promise<Threads> {
    const threads = new Threads(memory, count);
    await Promise.all(threads.workers.map(started));
    return threads;
  }

  /** Runs the encoded program at this address, which has at least one call, on all threads; returns when all are done. */
  run(program: number): void {
    this.handOver(program);
    try {
      this.kernels.execute(program, this.control, this.spare, 0, this.count);
    } catch (error) {
      Atomics.store(this.words(), FAILED, 1);
      throw error;
    }
  }

  async stop(): Promise<void> {
    this.handOver(0);
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }

  private handOver(program: number): void {
    const words = this.words();
    Atomics.store(words, PROGRAM, program);
    Atomics.add(words, HANDED_OVER, 1);
    Atomics.notify(words, HANDED_OVER);
  }

  private words(): Int32Array {
    return this.memory.words(this.control, CONTROL_WORDS);
  }
}

function started(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once('message', () => resolve());
    worker.once('error', reject);
  });
}
