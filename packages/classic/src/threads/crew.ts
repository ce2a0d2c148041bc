import type { OnProgress } from '@nlrn/data';
import { turn } from '@nlrn/tensor';
import { host } from '#crew/host';
import type { CrewWorker } from './host.ts';
import { partsOf, shareDone } from './parts.ts';
import type { TaskInput, TaskName } from './tasks.ts';
import { doParts, type Work } from './work.ts';

/**
 * How many threads there are to be: as many as are given, by default one for each core, in a page one. Throws RangeError unless it
 * is a positive integer, in a page 1.
 */
export function threadCount(given: number | undefined): number {
  const { usual, most } = host.threads;
  const threads = given ?? usual;
  if (Number.isInteger(threads) && threads >= 1 && threads <= most) return threads;
  throw new RangeError(`threads = ${threads}: needs ${most === 1 ? '1 in a page' : 'a positive integer'}`);
}

/** Milliseconds after which the event loop gets a turn. */
const TURN = 50;

/**
 * This thread and workers, which share out the parts of tasks.
 *
 * What a task is given and where its results go is memory that all of them see; which thread does a part makes no difference.
 */
export class Crew {
  readonly #workers: readonly CrewWorker[];

  private constructor(threads: number) {
    this.#workers = Array.from({ length: threads - 1 }, () => host.startWorker());
  }

  /** How many threads there are, this one included. */
  get size(): number {
    return this.#workers.length + 1;
  }

  /** Starts so many threads, of which the calling one is the first, for the length of some work. */
  static async during<T>(threads: number, work: (crew: Crew) => Promise<T>): Promise<T> {
    const crew = new Crew(threads);
    try {
      return await work(crew);
    } finally {
      await Promise.all(crew.#workers.map((worker) => worker.end()));
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
    const done = this.#workers.map((worker) => worker.take(work));
    // A failure of this thread comes first; those of the others are then not waited for.
    const others = Promise.all(done);
    others.catch(() => {});
    await this.#takePart(work, onProgress);
    await others;
    onProgress?.(1);
  }

  async #takePart(work: Work, onProgress?: OnProgress): Promise<void> {
    let last = performance.now();
    for (const _ of doParts(work)) {
      if (performance.now() - last < TURN) continue;
      onProgress?.(shareDone(work.parts));
      await turn();
      last = performance.now();
    }
  }
}
