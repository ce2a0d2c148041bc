import type { BackendError } from '../../backendError.ts';
import { CONTROL_WORDS, handOver, WORD } from '../control.ts';
import { type Crew, failureOf, notStarted } from '../crew.ts';
import { SPARE_BYTES } from '../kernels/constants.ts';
import type { KernelMemory } from '../memory.ts';
import type { ThreadData } from '../thread.ts';
import type { Said } from './worker.ts';

const REMEDY =
  'see that the page\'s Content-Security-Policy allows "worker-src blob:", or ask for fewer threads';

/**
 * The threads of a backend in a page that is cross-origin isolated: all of them are workers, as a page's main thread must
 * not wait. The first worker coordinates: it runs its share like the others, and tells the page when all are done.
 */
export class PageThreads implements Crew {
  private readonly words: Int32Array;
  private readonly workers: readonly Worker[];
  private readonly started: Promise<void>[];
  private fault: string | undefined;
  /** Settles the run that is under way. */
  private finish: (isDone: boolean) => void = () => {};

  private constructor(memory: KernelMemory, module: WebAssembly.Module, threads: number, address: string) {
    const control = memory.reserve(WORD * CONTROL_WORDS);
    const spare = memory.reserve(SPARE_BYTES * threads);
    this.words = memory.words(control, CONTROL_WORDS);
    const shared = { module, memory: memory.memory, control, spare, threads };
    this.workers = Array.from({ length: threads }, () => new Worker(address));
    this.started = this.workers.map((worker, thread) => this.start(worker, { ...shared, thread }));
  }

  /** Starts the workers and waits until they are ready. */
  static async start(
    memory: KernelMemory,
    module: WebAssembly.Module,
    threads: number,
  ): Promise<PageThreads> {
    const { default: program } = await import('../../../../build/worker.js');
    const address = URL.createObjectURL(new Blob([program], { type: 'text/javascript' }));
    const crew = new PageThreads(memory, module, threads, address);
    try {
      await Promise.all(crew.started);
      return crew;
    } catch (error) {
      await crew.stop();
      throw error;
    } finally {
      URL.revokeObjectURL(address);
    }
  }

  run(program: number): Promise<boolean> {
    if (this.fault !== undefined) return Promise.resolve(false);
    return new Promise((resolve) => {
      this.finish = resolve;
      handOver(this.words, program);
    });
  }

  async failure(): Promise<BackendError> {
    return failureOf(this.fault!);
  }

  async stop(): Promise<void> {
    handOver(this.words, 0);
    for (const worker of this.workers) worker.terminate();
  }

  private start(worker: Worker, data: ThreadData): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (why: string) => {
        this.fault ??= why;
        this.finish(false);
        reject(notStarted(why, REMEDY));
      };
      worker.onerror = ({ message }) => fail(message || 'its program cannot be loaded');
      worker.onmessage = ({ data: said }: { data: Said }) => {
        if (said === 'ready') resolve();
        else if (said !== 'done') fail(said.failed);
        else if (data.thread === 0) this.finish(true);
      };
      worker.postMessage(data);
    });
  }
}
