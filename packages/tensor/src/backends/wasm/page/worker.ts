import { runPrograms, type ThreadData } from '../thread.ts';

/** What a worker tells its page: that it is ready, that a program is done, or why it has failed. */
export type Said = 'ready' | 'done' | { readonly failed: string };

/** A thread of the wasm backend in a page, which the first message starts. */
addEventListener('message', ({ data }: { data: ThreadData }) => {
  try {
    runPrograms(data, postMessage);
  } catch (error) {
    postMessage({ failed: (error as Error).message });
  }
});
