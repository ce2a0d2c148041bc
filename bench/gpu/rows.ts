import type { ContestantName, KernelTime, Ours } from './contestants.ts';
import type { Timing } from './measure.ts';
import type { GpuWorkload } from './workloads.ts';

/** A workload and its times. */
export interface Row extends GpuWorkload {
  readonly timings: readonly Timing[];
  /** What a training step is made of */
  readonly inside?: readonly { readonly name: string; readonly look: Inside | string }[];
}

/** What the host and each kernel take. */
export interface Inside {
  readonly host: Ours['host'];
  readonly kernels: readonly KernelTime[];
}

/** What no workload needs, of a contestant by itself: then it hangs. */
const PATIENCE_MS = 120_000;

/**
 * The rows that a bench of so many goes on behind; none if it is complete, for then it is to be repeated.
 *
 * A row is measured anew after a fault, but not after one of a contestant `apart`, which may have ended the program.
 */
export function rowsToKeep(rows: readonly Row[], all: number, apart: ContestantName | undefined): Row[] {
  const kept = rows.filter(({ timings }) =>
    timings.every(({ name, fault }) => name === apart || fault === undefined),
  );
  const complete = kept.filter((row) => apart === undefined || has(row, apart));
  return complete.length === all ? [] : kept;
}

/**
 * Has a contestant timed that may end the program, unless it has been before, and saves what comes of it.
 *
 * While it is timed its fault is saved, which stays if it ends the program: the next time it is passed by. That is taken away
 * if the program is interrupted, unless it has been timed for so long that it seems to hang.
 */
export async function timeApart(
  rows: Row[],
  row: Row,
  name: ContestantName,
  time: (row: Row) => Promise<Row>,
  save: () => void,
): Promise<Row> {
  if (has(row, name)) return row;
  const place = rows.indexOf(row);
  const put = (row: Row) => {
    rows[place] = row;
    save();
  };
  const begin = performance.now();
  const forget = () => {
    if (performance.now() - begin < PATIENCE_MS) put(row);
  };
  put({ ...row, timings: [...row.timings, { name, fault: 'the program ended while it was timed' }] });
  process.on('exit', forget);
  try {
    put(await time(row));
  } finally {
    process.off('exit', forget);
  }
  return rows[place]!;
}

function has({ timings }: Row, name: ContestantName): boolean {
  return timings.some((timing) => timing.name === name);
}
