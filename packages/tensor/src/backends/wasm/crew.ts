import { BackendError } from '../backendError.ts';

/** The threads of a backend, which run every program together. */
export interface Crew {
  /**
   * Runs the encoded program at this address, which has at least one call, on all threads. Returns when all are done, or
   * false, when a thread has failed: see `failure`. Where the calling thread must not wait, it is a promise.
   */
  run(program: number): boolean | Promise<boolean>;
  /** What has made a run fail. */
  failure(): Promise<BackendError>;
  stop(): Promise<void>;
}

/** What has made a run fail, in a thread's own words. */
export function failureOf(why: string): BackendError {
  return new BackendError(`a thread of the wasm backend has failed: ${why}; go on from what was saved last`);
}

/** Why there is no crew. */
export function notStarted(why: string, remedy: string): BackendError {
  return new BackendError(`a thread of the wasm backend has not started: ${why}; ${remedy}`);
}
