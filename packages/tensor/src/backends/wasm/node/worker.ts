import { parentPort, workerData } from 'node:worker_threads';
import { runPrograms } from '../thread.ts';
import type { WorkerData } from './threads.ts';

/** A thread of the wasm backend in Node. The main thread takes part, and sees when all are done by itself. */
runPrograms(workerData as WorkerData, (what) => {
  if (what === 'ready') parentPort?.postMessage(what);
});
