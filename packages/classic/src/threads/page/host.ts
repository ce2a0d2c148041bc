import type { CrewHost } from '../host.ts';

/** A page, or a worker of one: the calling thread is all there is. */
export const host: CrewHost = {
  threads: { usual: 1, most: 1 },
  startWorker() {
    throw new Error('a page has one thread for this');
  },
};
