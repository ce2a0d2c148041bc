import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { CrewHost } from '../host.ts';

const WORKER = new URL('./worker.ts', import.meta.url);

/** Node: worker threads, which see the memory of this one. */
export const host: CrewHost = {
  threads: { usual: availableParallelism(), most: Number.POSITIVE_INFINITY },
  startWorker() {
    // Node runs TypeScript as it is; options of this process, such as loaders, would only slow the start.
    const worker = new Worker(WORKER, { execArgv: [] });
    return {
      take(work) {
        worker.postMessage(work);
        return once(worker, 'message');
      },
      end: () => worker.terminate(),
    };
  },
};
