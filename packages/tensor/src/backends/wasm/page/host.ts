import type { WasmHost } from '../host.ts';
import { OneThread } from '../oneThread.ts';
import { PageThreads } from './threads.ts';

/** A page, or a worker of one; the memory is shared where the page is cross-origin isolated. */
export const host: WasmHost = {
  cores: () => navigator.hardwareConcurrency,
  sharesMemory: () => crossOriginIsolated,
  async unpack(packed) {
    const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
    const inflated = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
    return new Uint8Array(await new Response(inflated).arrayBuffer());
  },
  compile: (bytes) => WebAssembly.compile(bytes),
  startCrew: async (memory, module, threads) =>
    crossOriginIsolated ? PageThreads.start(memory, module, threads) : new OneThread(memory, module),
};
