import { MessageChannel, type MessagePort, type Transferable, Worker } from 'node:worker_threads';
import type { BackendError } from '../../backendError.ts';
import { CONTROL_WORDS, fail, handOver, hasFailed, WORD } from '../control.ts';
import { type Crew, failureOf, notStarted } from '../crew.ts';
import { type KernelExports, kernelsIn } from '../instance.ts';
import { SPARE_BYTES } from '../kernels/constants.ts';
import type { KernelMemory } from '../memory.ts';
import type { ThreadData } from '../thread.ts';
import type { WatcherData } from './watcher.ts';

/** What a worker is started with. */
export interface WorkerData extends ThreadData {
  /** Closes when the worker ends, which the watcher sees. */
  readonly port: MessagePort;
}

/** The addresses of what workers and the watcher run. */
interface Programs {
  readonly worker: URL;
  readonly watcher: URL;
}

/** They hold the programs themselves, as a bundle would not have the files. */
async function programs(): Promise<Programs> {
  const { default: worker } = await import('../../../../build/nodeWorker.js');
  const { default: watcher } = await import('../../../../build/nodeWatcher.js');
  const address = (program: string) => new URL(`data:text/javascript,${encodeURIComponent(program)}`);
  return { worker: address(worker), watcher: address(watcher) };
}

/** The threads of a backend in Node: this one and its workers, which run every program together, and one that watches them. */
export class Threads implements Crew {
  private readonly memory: KernelMemory;
  private readonly module: WebAssembly.Module;
  private readonly words: Int32Array;
  private readonly control: number;
  private readonly spare: number;
  private readonly kernels: KernelExports;
  private readonly count: number;
  /** Workers and watcher */
  private readonly others: readonly Worker[];
  private readonly fault: Promise<string>;
  private report: (why: string) => void = () => {};

  private constructor(memory: KernelMemory, module: WebAssembly.Module, count: number, programs: Programs) {
    this.memory = memory;
    this.module = module;
    this.count = count;
    this.control = memory.reserve(WORD * CONTROL_WORDS);
    this.words = memory.words(this.control, CONTROL_WORDS);
    this.spare = memory.reserve(SPARE_BYTES * count);
    this.kernels = kernelsIn(module, memory.memory);
    this.fault = new Promise((resolve) => {
      this.report = resolve;
    });
    const channels = Array.from({ length: count - 1 }, () => new MessageChannel());
    const workers = channels.map(({ port1 }, i) => this.startWorker(programs.worker, i + 1, port1));
    this.others = [
      ...workers,
      this.startWatcher(
        programs.watcher,
        channels.map(({ port2 }) => port2),
      ),
    ];
  }

  /** Starts the workers, which run this program instead of their own, and waits until they are ready. */
  static async start(
    memory: KernelMemory,
    module: WebAssembly.Module,
    count: number,
    worker?: URL,
  ): Promise<Threads> {
    const own = await programs();
    const threads = new Threads(memory, module, count, { ...own, worker: worker ?? own.worker });
    await Promise.all(threads.others.map(started)).catch(async (error) => {
      await threads.stop();
      throw error;
    });
    return threads;
  }

  run(program: number): boolean {
    if (hasFailed(this.words)) return false;
    handOver(this.words, program);
    try {
      this.kernels.execute(program, this.control, this.spare, 0, this.count);
      return true;
    } catch (error) {
      if (fail(this.words)) this.report((error as Error).message);
      return false;
    }
  }

  /** A worker's own message comes a moment later than its failure. */
  async failure(): Promise<BackendError> {
    for (const worker of this.others) worker.ref();
    const why = await this.fault;
    for (const worker of this.others) worker.unref();
    return failureOf(why);
  }

  async stop(): Promise<void> {
    handOver(this.words, 0);
    await Promise.all(this.others.map((worker) => worker.terminate()));
  }

  private startWorker(program: URL, thread: number, port: MessagePort): Worker {
    const { module, control, spare, count: threads } = this;
    const { memory } = this.memory;
    const data: WorkerData = { module, memory, control, spare, thread, threads, port };
    const worker = this.startThread(program, data, [port]);
    worker.on('exit', (code) => this.report(endedWith(code)));
    return worker;
  }

  private startWatcher(program: URL, ports: MessagePort[]): Worker {
    const data: WatcherData = { memory: this.memory.memory, control: this.control, ports };
    // Its end says nothing: it comes when no worker is left to be watched.
    return this.startThread(program, data, ports);
  }

  private startThread(
    program: URL,
    workerData: WorkerData | WatcherData,
    transferList: Transferable[],
  ): Worker {
    const worker = new Worker(program, { workerData, transferList });
    worker.on('error', ({ message }) => this.report(message));
    // An idle backend must not keep the process alive.
    worker.unref();
    return worker;
  }
}

/** Waits for a thread's first message, that it is ready. */
function started(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once('message', () => resolve());
    const refuse = (why: string) => reject(notStarted(why, 'ask for fewer threads'));
    worker.once('error', ({ message }) => refuse(message));
    worker.once('exit', (code) => refuse(endedWith(code)));
  });
}

function endedWith(code: number): string {
  return `it has ended with exit code ${code}`;
}
