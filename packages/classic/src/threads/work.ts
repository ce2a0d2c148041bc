import { claimParts, type Parts } from './parts.ts';
import { TASKS, type TaskName } from './tasks.ts';

/** A task whose parts threads do together. */
export interface Work {
  readonly task: TaskName;
  readonly input: unknown;
  readonly parts: Parts;
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
