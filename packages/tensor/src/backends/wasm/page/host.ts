import type { WasmHost } from '../host.ts';
import { OneThread } from '../oneThread.ts';
import { compileFile, compilePacked } from './kernels.ts';
import { PageThreads } from './threads.ts';

/** A page, or a worker of one; the memory is shared where the page is cross-origin isolated. */
export const host: WasmHost = {
  cores: () => navigator.hardwareConcurrency,
  sharesMemory: isIsolated,
  compileFile,
  compilePacked,
  startCrew: async (memory, module, threads) =>
    isAlone(threads) ? new OneThread(memory, module) : PageThreads.start(memory, module, threads),
};

/** What Node and others that take a page's modules lack is not isolated. */
function isIsolated(): boolean {
  return globalThis.crossOriginIsolated === true;
}

/** Whether the calling thread does all by itself: where there can be no other, and in a worker, which may wait as a page must not. */
function isAlone(threads: number): boolean {
  return !isIsolated() || (threads === 1 && !('document' in globalThis));
}
