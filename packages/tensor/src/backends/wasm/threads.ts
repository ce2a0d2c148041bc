import { MessageChannel, type MessagePort, type Transferable, Worker } from 'node:worker_threads';
import { BackendError } from '../backendError.ts';
import { CONTROL_WORDS, FAILED, fail, HANDED_OVER, PROGRAM } from './control.ts';
import type { SharedMemory } from './memory.ts';
import { instantiate, type KernelExports, kernelModule } from './module.ts';
import type { WatcherData } from './watcher.ts';

/** What a worker is started with. */
export interface WorkerData {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Address of the control words, and of the spare memory of all threads. */
  readonly control: number;
  readonly spare: number;
  readonly thread: number;
  readonly threads: number;
  /** Closes when the worker ends, which the watcher sees. */
  readonly port: MessagePort;
}

/** As in kernels/tile.ts: memory that each thread needs for tiles at an edge and for blocks of expressions. */
export const SPARE_BYTES = 74_176;

/** What workers and the watcher run. */
const WORKER = new URL('./worker.ts', import.meta.url);
const WATCHER = new URL('./watcher.ts', import.meta.url);

const REMEDY = 'go on from the last checkpoint';

/** The threads of a backend: this one and its workers, which run every program together, and one that watches them. */
export class Threads {
  private readonly memory: SharedMemory;
  private readonly control: number;
  private readonly spare: number;
  private readonly kernels: KernelExports;
  private readonly count: number;
  /** Workers and watcher */
  private readonly others: readonly Worker[];
  private readonly fault: Promise<string>;
  private report: (why: string) => void = () => {};

  private constructor(memory: SharedMemory, count: number, file: URL) {
    this.memory = memory;
    this.count = count;
    this.control = memory.reserve(4 * CONTROL_WORDS);
    this.spare = memory.reserve(SPARE_BYTES * count);
    this.kernels = instantiate(kernelModule(), memory.memory).exports as unknown as KernelExports;
    this.fault = new Promise((resolve) => {
      this.report = resolve;
    });
    const channels = Array.from({ length: count - 1 }, () => new MessageChannel());
    const workers = channels.map(({ port1 }, i) => this.startWorker(file, i + 1, port1));
    const watchers = count > 1 ? [this.startWatcher(channels.map(({ port2 }) => port2))] : [];
    this.others = [...workers, ...watchers];
  }

  /** Starts the workers, which run this file, and waits until they are ready. */
  static async start(memory: SharedMemory, count: number, file = WORKER): Promise<Threads> {
    const threads = new Threads(memory, count, file);
    await Promise.all(threads.others.map(started)).catch(async (error) => {
      await threads.stop();
      throw error;
    });
    return threads;
  }

  /**
   * Runs the encoded program at this address, which has at least one call, on all threads. Returns when all are done, or
   * false, when a thread has failed: see `failure`.
   */
  run(program: number): boolean {
    if (this.hasFailed()) return false;
    this.handOver(program);
    try {
      this.kernels.execute(program, this.control, this.spare, 0, this.count);
      return true;
    } catch (error) {
      if (fail(this.words())) this.report((error as Error).message);
      return false;
    }
  }

  /** What has made a run fail; a worker's own message comes a moment later than its failure. */
  async failure(): Promise<BackendError> {
    for (const worker of this.others) worker.ref();
    const why = await this.fault;
    for (const worker of this.others) worker.unref();
    return new BackendError(`a thread of the wasm backend has failed: ${why}; ${REMEDY}`);
  }

  async stop(): Promise<void> {
    this.handOver(0);
    await Promise.all(this.others.map((worker) => worker.terminate()));
  }

  private startWorker(file: URL, thread: number, port: MessagePort): Worker {
    const { control, spare, count: threads } = this;
    const { memory } = this.memory;
    const data: WorkerData = { module: kernelModule(), memory, control, spare, thread, threads, port };
    const worker = this.startThread(file, data, [port]);
    worker.on('exit', (code) => this.report(endedWith(code)));
    return worker;
  }

  private startWatcher(ports: MessagePort[]): Worker {
    const data: WatcherData = { memory: this.memory.memory, control: this.control, ports };
    // Its end says nothing: it comes when no worker is left to be watched.
    return this.startThread(WATCHER, data, ports);
  }

  private startThread(file: URL, workerData: WorkerData | WatcherData, transferList: Transferable[]): Worker {
    const worker = new Worker(file, { workerData, transferList });
    worker.on('error', ({ message }) => this.report(message));
    // An idle backend must not keep the process alive.
    worker.unref();
    return worker;
  }

  private handOver(program: number): void {
    const words = this.words();
    Atomics.store(words, PROGRAM, program);
    Atomics.add(words, HANDED_OVER, 1);
    Atomics.notify(words, HANDED_OVER);
  }

  private hasFailed(): boolean {
    return Atomics.load(this.words(), FAILED) !== 0;
  }

  private words(): Int32Array {
    return this.memory.words(this.control, CONTROL_WORDS);
  }
}

/** Waits for a thread's first message, that it is ready. */
function started(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once('message', () => resolve());
    const refuse = (why: string) =>
      reject(new BackendError(`a thread of the wasm backend has not started: ${why}; take fewer --threads`));
    worker.once('error', ({ message }) => refuse(message));
    worker.once('exit', (code) => refuse(endedWith(code)));
  });
}

function endedWith(code: number): string {
  return `it has ended with exit code ${code}`;
}
