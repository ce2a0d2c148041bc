import { parentPort } from 'node:worker_threads';
import { doShare, type Share } from './crew.ts';

/** A thread of a crew: does the shares that it is sent, and says when one is done. */
parentPort?.on('message', (share: Share) => {
  doShare(share);
  parentPort?.postMessage('done');
});
