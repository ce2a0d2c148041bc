import { CONTROL_WORDS, fail, HANDED_OVER, PROGRAM } from './control.ts';
import { kernelsIn } from './instance.ts';

/** What a thread is started with. */
export interface ThreadData {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Address of the control words, and of the spare memory of all threads. */
  readonly control: number;
  readonly spare: number;
  readonly thread: number;
  readonly threads: number;
}

/** Looks for the next program before going to sleep: about 0.1 ms, twice as long as waking up takes. */
const SPINS = 20_000;

/**
 * The life of a worker: it sleeps until a program is handed over, runs its share, says `done`, sleeps again, until it is
 * told to stop. It says `ready` before. Throws if it is the first thread to fail.
 */
export function runPrograms(data: ThreadData, say: (what: 'ready' | 'done') => void): void {
  const { module, memory, control, spare, thread, threads } = data;
  const kernels = kernelsIn(module, memory);
  const words = new Int32Array(memory.buffer, control, CONTROL_WORDS);
  let seen = Atomics.load(words, HANDED_OVER);
  say('ready');
  for (;;) {
    awaitProgram(words, seen);
    seen = Atomics.load(words, HANDED_OVER);
    const program = Atomics.load(words, PROGRAM) >>> 0;
    if (program === 0) return;
    try {
      kernels.execute(program, control, spare, thread, threads);
      say('done');
    } catch (error) {
      if (fail(words)) throw error;
    }
  }
}

/** Waits until a program is handed over after the one that was seen last. */
function awaitProgram(words: Int32Array, seen: number): void {
  for (let spins = 0; spins < SPINS; spins++) {
    if (Atomics.load(words, HANDED_OVER) !== seen) return;
  }
  // A notification may come late: after the program of which it tells has been run.
  while (Atomics.load(words, HANDED_OVER) === seen) Atomics.wait(words, HANDED_OVER, seen);
}
