import type { Work } from './work.ts';

/** What Node and a page do differently. */
export interface CrewHost {
  /** Threads that share the work by default, the calling one included, and the most there can be */
  readonly threads: { readonly usual: number; readonly most: number };
  startWorker(): CrewWorker;
}

/** A thread beside the calling one. */
export interface CrewWorker {
  /** Takes part in some work; resolves when no part of it is left, and rejects with what the thread has thrown. */
  take(work: Work): Promise<unknown>;
  end(): Promise<unknown>;
}
