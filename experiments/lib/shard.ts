import { text, UserError } from '@nlrn/cli';
import { outOption } from './nextSteps.ts';
import { counted } from './numbers.ts';
import type { Outcome } from './queue.ts';

/** A part of the runs: the third of twelve is { index: 3, count: 12 }. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** The option `--shard`. */
export const shardOption = text(
  'The part of the runs that is this machine’s, such as 3/12; "report" then makes the tables',
);

/** The option's value. Throws UserError unless it is like 3/12. */
export function shardFrom(given: string): Shard {
  const [, index, count] = /^(\d+)\/(\d+)$/.exec(given)?.map(Number) ?? [];
  if (index !== undefined && count !== undefined && index >= 1 && index <= count) return { index, count };
  throw new UserError(
    `--shard ${given}: needs a part and a whole, such as 3/12 for the third of twelve parts`,
  );
}

/** Every count-th of the tasks, from the index-th on: shards differ by one task at most, and share none. */
export function tasksOfShard<Task>(tasks: readonly Task[], { index, count }: Shard): Task[] {
  return tasks.filter((_, i) => i % count === index - 1);
}

/** What a process closes its work with. */
export interface Closing {
  readonly shard?: Shard | undefined;
  /** Folder of all results */
  readonly out: string;
  readonly say: (line: string) => void;
  readonly showTables: () => void;
}

/**
 * Shows the tables, or, as a shard has its own runs alone, says how they are made, and that runs are left, if some are.
 * Throws UserError if a shard has left some.
 */
export function close({ left }: Outcome, { shard, out, say, showTables }: Closing): void {
  if (shard) say(`"pnpm exp report${outOption(out)}" makes the tables when all shards are finished`);
  else showTables();
  if (left === 0) return;
  // A shard's runs are nobody else's: what looks like another process may be its own before a restart.
  if (shard) throw new UserError(`${counted(left, 'run')} left to do; run the same again`);
  say(`${counted(left, 'run')} left to other processes; the tables lack what they make`);
}
