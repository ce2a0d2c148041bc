import type { Crew } from './crew.ts';
import type { KernelMemory } from './memory.ts';

/** What the wasm backend needs of where it runs: Node (`node/host.ts`) or a page (`page/host.ts`), see `#wasm/host`. */
export interface WasmHost {
  /** Threads that can run at once. */
  cores(): number;
  /** Whether threads can share a memory here; where not, there is one. */
  sharesMemory(): boolean;
  /** The bytes that `build.ts` has packed: raw deflate, in base64. */
  unpack(packed: string): Promise<Uint8Array<ArrayBuffer>>;
  compile(bytes: Uint8Array<ArrayBuffer>): Promise<WebAssembly.Module>;
  /** Starts so many threads. Throws BackendError if one does not start. */
  startCrew(memory: KernelMemory, module: WebAssembly.Module, threads: number): Promise<Crew>;
}
