// The program's interpreter: every thread walks through the same list of kernel calls and waits for the others after each.
// The dispatcher, which reads a call's arguments and calls the kernel, is made by the build.

import { call, TABLE } from '../../../../build/dispatcher';
import { ALONE, END, SPARE_BYTES } from './constants';
import { useSpare } from './lib/tile';

/** Of what the kernels were made: see kernelTable.ts. */
export { TABLE };

/**
 * Runs this thread's share of a program: a list of calls [kernel, number of arguments, arguments …] of 32-bit words,
 * closed by END. `sync` points at three words, zero at first: threads that have arrived, generation, failure;
 * `spare` at SPARE_BYTES for each thread, also zero.
 *
 * Between two calls all threads wait for each other, unless thread 0 does both of them alone.
 */
export function execute(program: usize, sync: usize, spare: usize, thread: i32, threads: i32): void {
  useSpare(spare + <usize>(thread * SPARE_BYTES));
  let at = program;
  let kernel = load<i32>(at);
  while (kernel !== END) {
    const alone = kernel >= ALONE;
    if (!alone) call(kernel, at + 8, thread, threads);
    else if (thread === 0) call(kernel - ALONE, at + 8, 0, 1);
    at += 8 + <usize>load<i32>(at, 4) * sizeof<i32>();
    // Read before the barrier: behind the last one the main thread may already write the next program.
    kernel = load<i32>(at);
    if (!(alone && kernel >= ALONE)) barrier(sync, threads);
  }
}

/** Looks for the others before going to sleep: about 0.1 ms, twice as long as falling asleep and waking up take. */
const SPINS: i32 = 50000;
/** Nanoseconds of sleep between two looks at the failure flag. */
const PATIENCE: i64 = 1_000_000_000;

/** Waits until all threads have come here. Traps if another one has failed. */
function barrier(sync: usize, threads: i32): void {
  if (threads === 1) return;
  const generation = atomic.load<i32>(sync, 4);
  if (atomic.add<i32>(sync, 1) === threads - 1) {
    atomic.store<i32>(sync, 0);
    atomic.add<i32>(sync, 1, 4);
    atomic.notify(sync + 4, -1);
    return;
  }
  let spins = 0;
  while (atomic.load<i32>(sync, 4) === generation) {
    if (++spins < SPINS) continue;
    if (atomic.load<i32>(sync, 8) !== 0) unreachable();
    atomic.wait<i32>(sync + 4, generation, PATIENCE);
  }
}
