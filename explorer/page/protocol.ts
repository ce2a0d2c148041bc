import type { OnProgress } from '@nlrn/data';

/** Something that the worker can do: told its progress, from 0 to 1, `onProgress` ends it when the page no longer wants it. */
export type Task<Input, Output> = (input: Input, onProgress: OnProgress) => Output | Promise<Output>;

/** What the page says to its worker. */
export type Asked =
  | { readonly id: number; readonly task: string; readonly input: unknown }
  | { readonly id: number; readonly cancel: true };

/** What the worker says to its page: what has come of a task, or, unasked, what computes from now on. */
export type Answer =
  | { readonly computes: string }
  | { readonly id: number; readonly share: number }
  | { readonly id: number; readonly output: unknown }
  | { readonly id: number; readonly fault: string };

/** The message of a task that has ended because the page has cancelled it. */
export const CANCELLED = 'cancelled';
