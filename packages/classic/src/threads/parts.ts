import { sharedInts } from '../plane.ts';

/** The parts 0, …, count - 1 of a task, which threads claim by runs, in memory that all of them see. */
export interface Parts {
  readonly count: number;
  readonly threads: number;
  /** The first part that nobody has claimed yet, and how many are done. */
  readonly progress: Int32Array;
}

const [NEXT, DONE] = [0, 1];

export function partsOf(count: number, threads: number): Parts {
  return { count, threads, progress: sharedInts(2) };
}

/**
 * Claims parts until none is left: each one that is given counts as done when the next is asked for.
 *
 * A run has half of a thread's share of what is left, so that neighbours, which have much in common, mostly go to one
 * thread, and a thread that is slow, as others use its core too, keeps the rest waiting for a short run only.
 */
export function* claimParts(parts: Parts): Generator<number> {
  for (let [from, to] = claimRun(parts); from < to; [from, to] = claimRun(parts)) {
    for (let part = from; part < to; part++) {
      yield part;
      Atomics.add(parts.progress, DONE, 1);
    }
  }
}

/** Share of the parts that is done, 0 to 1. */
export function shareDone({ count, progress }: Parts): number {
  return Atomics.load(progress, DONE) / count;
}

/** Claims a run: from, and the part after its last. */
function claimRun({ count, threads, progress }: Parts): [number, number] {
  for (;;) {
    const from = Atomics.load(progress, NEXT);
    const to = from + Math.ceil((count - from) / (2 * threads));
    if (Atomics.compareExchange(progress, NEXT, from, to) === from) return [from, to];
  }
}
