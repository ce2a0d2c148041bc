import type { Crew } from './crew.ts';
import type { KernelMemory } from './memory.ts';

/** What the wasm backend needs of where it runs: Node (`node/host.ts`) or a page (`page/host.ts`), see `#wasm/host`. */
export interface WasmHost {
  /** Threads that can run at once. */
  cores(): number;
  /** Whether threads can share a memory here; where not, there is one. */
  sharesMemory(): boolean;
  /** Compiles the kernels that packaging/kernels/tensor.ts has packed, for a memory that is shared or not. */
  compilePacked(packed: string, shared: boolean): Promise<WebAssembly.Module>;
  /** Compiles those of a file while it is loaded, where that can be. Rejects where they cannot be had. */
  compileFile?(address: string, shared: boolean): Promise<WebAssembly.Module>;
  /** Starts so many threads. Throws BackendError if one does not start. */
  startCrew(memory: KernelMemory, module: WebAssembly.Module, threads: number): Promise<Crew>;
}
