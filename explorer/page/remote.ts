import type { OnProgress } from '@nlrn/data';
import { type Answer, type Asked, CANCELLED, type Task } from './protocol.ts';

/** What a task may be given beside its input. */
export interface AskOptions {
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

/** The input and the output of a task. */
type InputOf<T> = T extends Task<infer Input, unknown> ? Input : never;
type OutputOf<T> = T extends (...args: never[]) => infer Output ? Awaited<Output> : never;

/** Tasks that are still under way. */
interface Waiting {
  readonly resolve: (output: never) => void;
  readonly reject: (error: Error) => void;
  readonly onProgress: OnProgress | undefined;
}

/** A worker, and what it can do. */
export class Remote<Tasks> {
  readonly #worker: Worker;
  readonly #onComputes: (computes: string) => void;
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;
  #isRunning = false;
  /** Why there will never be an answer: the worker's program could not be loaded, or it was ended. */
  #fault: Error | undefined;

  /** `onComputes` is told what computes from now on, where that changes. */
  constructor(worker: Worker, onComputes: (computes: string) => void) {
    this.#worker = worker;
    this.#onComputes = onComputes;
    worker.onmessage = ({ data }: MessageEvent<Answer>) => this.#hear(data);
    worker.onerror = ({ message }) => {
      const fault = new Error(`the worker has failed: ${message || 'its program cannot be loaded'}`);
      for (const { reject } of this.#waiting.values()) reject(fault);
      this.#waiting.clear();
      if (!this.#isRunning) this.#fault = fault;
    };
  }

  /** Ends the worker, whatever it does. What it was asked for rejects with CANCELLED, now and from now on. */
  end(): void {
    this.#worker.terminate();
    this.#fault = new Error(CANCELLED);
    for (const { reject } of this.#waiting.values()) reject(this.#fault);
    this.#waiting.clear();
  }

  /** Has the worker do something. Rejects with its message if it fails, and with CANCELLED once `signal` has been aborted. */
  async ask<Name extends keyof Tasks & string>(
    task: Name,
    input: InputOf<Tasks[Name]>,
    { onProgress, signal }: AskOptions = {},
  ): Promise<OutputOf<Tasks[Name]>> {
    if (this.#fault) throw this.#fault;
    if (signal?.aborted) throw new Error(CANCELLED);
    const id = ++this.#last;
    const cancel = () => this.#say({ id, cancel: true });
    signal?.addEventListener('abort', cancel);
    try {
      return await new Promise((resolve, reject) => {
        this.#waiting.set(id, { resolve, reject, onProgress });
        this.#say({ id, task, input });
      });
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }

  #say(asked: Asked): void {
    this.#worker.postMessage(asked);
  }

  #hear(answer: Answer): void {
    this.#isRunning = true;
    if ('computes' in answer) {
      this.#onComputes(answer.computes);
      return;
    }
    const waiting = this.#waiting.get(answer.id);
    if (!waiting) return;
    if ('share' in answer) {
      waiting.onProgress?.(answer.share);
      return;
    }
    this.#waiting.delete(answer.id);
    if ('fault' in answer) waiting.reject(new Error(answer.fault));
    else waiting.resolve(answer.output as never);
  }
}
