import { parentPort, workerData } from 'node:worker_threads';
import { CONTROL_WORDS, fail, HANDED_OVER, PROGRAM } from './control.ts';
import { instantiate, type KernelExports } from './module.ts';
import type { WorkerData } from './threads.ts';

/** A thread of the wasm backend: sleeps until a program is handed over, runs its share, sleeps again. */

const { module, memory, control, spare, thread, threads } = workerData as WorkerData;
const kernels = instantiate(module, memory).exports as unknown as KernelExports;
const words = new Int32Array(memory.buffer, control, CONTROL_WORDS);

/** Looks for the next program before going to sleep: about 0.1 ms, twice as long as waking up takes. */
const SPINS = 20_000;

let seen = Atomics.load(words, HANDED_OVER);
parentPort?.postMessage('ready');
for (;;) {
  awaitProgram();
  seen = Atomics.load(words, HANDED_OVER);
  const program = Atomics.load(words, PROGRAM) >>> 0;
  if (program === 0) break;
  try {
    kernels.execute(program, control, spare, thread, threads);
  } catch (error) {
    if (fail(words)) throw error;
  }
}

/** Waits until a program is handed over that this thread has not seen. */
function awaitProgram(): void {
  for (let spins = 0; spins < SPINS; spins++) {
    if (Atomics.load(words, HANDED_OVER) !== seen) return;
  }
  Atomics.wait(words, HANDED_OVER, seen);
}
