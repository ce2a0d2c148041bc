import { UserError } from '@nlrn/cli';

/** A part of the runs: the third of twelve is { index: 3, count: 12 }. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** The option `--shard`. Throws UserError unless it is like 3/12. */
export function shardFrom(text: string): Shard {
  const [, index, count] = /^(\d+)\/(\d+)$/.exec(text)?.map(Number) ?? [];
  if (index !== undefined && count !== undefined && index >= 1 && index <= count) return { index, count };
  throw new UserError(
    `--shard ${text}: needs a part and a whole, such as 3/12 for the third of twelve parts`,
  );
}

/** Every count-th of the tasks, from the index-th on: shards differ by one task at most, and share none. */
export function tasksOfShard<Task>(tasks: readonly Task[], { index, count }: Shard): Task[] {
  return tasks.filter((_, i) => i % count === index - 1);
}
