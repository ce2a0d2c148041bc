/**
 * The words of shared memory by which the threads of a backend are led: three for the kernels' barrier, of which the first is
 * the kernels' alone, then what to run.
 */
const GENERATION = 1;
/** Not 0 once a thread has failed or ended; whoever waits in the barrier then fails, too. */
const FAILED = 2;
/** Counts the programs handed over; workers sleep on it. */
export const HANDED_OVER = 3;
/** Address of the program to run, or 0 to stop. */
export const PROGRAM = 4;
export const CONTROL_WORDS = 5;

/** Bytes of a word: of these, and of programs. */
export const WORD = Int32Array.BYTES_PER_ELEMENT;

/** Hands the program at this address to all threads that wait for one. */
export function handOver(words: Int32Array, program: number): void {
  Atomics.store(words, PROGRAM, program);
  Atomics.add(words, HANDED_OVER, 1);
  Atomics.notify(words, HANDED_OVER);
}

export function hasFailed(words: Int32Array): boolean {
  return Atomics.load(words, FAILED) !== 0;
}

/**
 * Tells all who wait in the barrier, at once, that a thread has failed. Returns whether it is the first to say so: the
 * others fail only because of it, and what they could tell is not the reason.
 */
export function fail(words: Int32Array): boolean {
  const isFirst = Atomics.compareExchange(words, FAILED, 0, 1) === 0;
  Atomics.notify(words, GENERATION);
  return isFirst;
}
