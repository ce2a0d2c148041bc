import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { OnProgress } from '../input.ts';
import { TASKS, type TaskInput, type TaskName } from './tasks.ts';

/** A share of a task's parts: from, …, to - 1. */
export interface Share {
  readonly task: TaskName;
  readonly input: unknown;
  readonly from: number;
  readonly to: number;
}

/** Milliseconds after which the event loop gets a turn. */
const TURN = 50;

const WORKER = new URL('./worker.ts', import.meta.url);

/**
 * This thread and workers, which share out the parts of tasks.
 *
 * What a task is given and where its results go is memory that all of them see; which thread does a part makes no difference.
 */
export class Crew {
  readonly #workers: readonly Worker[];

  private constructor(threads: number) {
    // Node runs TypeScript as it is; options of this process, such as loaders, would only slow the start.
    this.#workers = Array.from({ length: threads - 1 }, () => new Worker(WORKER, { execArgv: [] }));
  }

  /** Starts the threads for the length of some work. Throws RangeError unless `threads` is a positive integer. */
  static async during<T>(
    threads: number = availableParallelism(),
    work: (crew: Crew) => Promise<T>,
  ): Promise<T> {
    if (!Number.isInteger(threads) || threads < 1) {
      throw new RangeError(`threads = ${threads}: needs a positive integer`);
    }
    const crew = new Crew(threads);
    try {
      return await work(crew);
    } finally {
      await Promise.all(crew.#workers.map((worker) => worker.terminate()));
    }
  }

  /**
   * Does the parts 0, …, parts - 1 of a task; rejects with what a thread has thrown.
   *
   * The event loop gets a turn every so often, and `onProgress` is told the share of the task, 0 to 1, that is done.
   */
  async run<Name extends TaskName>(
    task: Name,
    input: TaskInput<Name>,
    parts: number,
    onProgress?: OnProgress,
  ): Promise<void> {
    const threads = this.#workers.length + 1;
    const bound = (thread: number) => Math.floor((thread * parts) / threads);
    const done = this.#workers.map((worker, i) => {
      const share: Share = { task, input, from: bound(i + 1), to: bound(i + 2) };
      worker.postMessage(share);
      return once(worker, 'message');
    });
    // A failure of this thread comes first; those of the others are then not waited for.
    const others = Promise.all(done);
    others.catch(() => {});
    await this.#doOwnShare({ task, input, from: 0, to: bound(1) }, onProgress);
    await others;
  }

  /** The other threads' shares are as large: this one's tells of all. */
  async #doOwnShare({ task, input, from, to }: Share, onProgress?: OnProgress): Promise<void> {
    const part = prepared(task, input);
    let turn = performance.now();
    for (let i = from; i < to; i++) {
      part(i);
      if (performance.now() - turn < TURN) continue;
      onProgress?.((i + 1 - from) / (to - from));
      await setImmediate();
      turn = performance.now();
    }
    onProgress?.(1);
  }
}

/** Does a share of a task on this thread. */
export function doShare({ task, input, from, to }: Share): void {
  const part = prepared(task, input);
  for (let i = from; i < to; i++) part(i);
}

function prepared(task: TaskName, input: unknown): (part: number) => void {
  return (TASKS[task] as (input: unknown) => (part: number) => void)(input);
}
