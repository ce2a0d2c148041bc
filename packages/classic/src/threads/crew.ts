import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { OnProgress } from '@nlrn/data';
import { claimParts, type Parts, partsOf, shareDone } from './parts.ts';
import { TASKS, type TaskInput, type TaskName } from './tasks.ts';

/** A task whose parts threads do together. */
export interface Work {
  readonly task: TaskName;
  readonly input: unknown;
  readonly parts: Parts;
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

  /** How many threads there are, this one included. */
  get size(): number {
    return this.#workers.length + 1;
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
    const work: Work = { task, input, parts: partsOf(parts, this.size) };
    const done = this.#workers.map((worker) => {
      worker.postMessage(work);
      return once(worker, 'message');
    });
    // A failure of this thread comes first; those of the others are then not waited for.
    const others = Promise.all(done);
    others.catch(() => {});
    await this.#takePart(work, onProgress);
    await others;
    onProgress?.(1);
  }

  async #takePart(work: Work, onProgress?: OnProgress): Promise<void> {
    let turn = performance.now();
    for (const _ of doParts(work)) {
      if (performance.now() - turn < TURN) continue;
      onProgress?.(shareDone(work.parts));
      await setImmediate();
      turn = performance.now();
    }
  }
}

/** Does parts of a task on this thread while there are any, stopping after each. */
export function* doParts({ task, input, parts }: Work): Generator<void> {
  const part = prepared(task, input);
  for (const i of claimParts(parts)) {
    part(i);
    yield;
  }
}

function prepared(task: TaskName, input: unknown): (part: number) => void {
  return (TASKS[task] as (input: unknown) => (part: number) => void)(input);
}
