import { parentPort } from 'node:worker_threads';
import { doParts, type Work } from '../work.ts';

/** A thread of a crew: takes part in the work that it is sent, and says when none is left. */
parentPort?.on('message', (work: Work) => {
  for (const _ of doParts(work));
  parentPort?.postMessage('done');
});
