import { parentPort, workerData } from 'node:worker_threads';
import { CONTROL_WORDS, HANDED_OVER } from '../../../src/backends/wasm/control.ts';
import type { WorkerData } from '../../../src/backends/wasm/node/threads.ts';

/** A worker that ends when it is handed a program; how, the environment says. */
const { memory, control } = workerData as WorkerData;
const words = new Int32Array(memory.buffer, control, CONTROL_WORDS);
const ENDS: Record<string, () => void> = {
  exit: () => process.exit(3),
  throw: () => {
    throw new Error('the worker is unwell');
  },
};
const how = process.env.WORKER_ENDS_BY!;
if (how === 'not starting') throw new Error('the worker does not start');
parentPort?.postMessage('ready');
Atomics.wait(words, HANDED_OVER, 0);
ENDS[how]!();
