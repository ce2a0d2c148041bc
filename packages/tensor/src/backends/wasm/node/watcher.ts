import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { CONTROL_WORDS, fail } from '../control.ts';

/** What the watcher is started with: a port to each worker, which closes when that ends, for whatever reason. */
export interface WatcherData {
  readonly memory: WebAssembly.Memory;
  /** Address of the control words */
  readonly control: number;
  readonly ports: readonly MessagePort[];
}

/**
 * A thread that computes nothing: it sleeps until a worker ends, and tells those who would wait for it for ever. The
 * main thread cannot know, as it is blocked while a program runs.
 */
const { memory, control, ports } = workerData as WatcherData;
const words = new Int32Array(memory.buffer, control, CONTROL_WORDS);
for (const port of ports) {
  port.on('close', () => fail(words));
  port.ref();
}
parentPort?.postMessage('ready');
