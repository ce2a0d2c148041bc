import { availableParallelism } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import type { WasmHost } from '../host.ts';
import { OneThread } from '../oneThread.ts';
import { unpacked } from './kernelFiles.ts';
import { Threads } from './threads.ts';

/**
 * The version of Node that this project brings along, with which all tests run.
 *
 * In it V8 joins pairs of 128-bit operations to 256 bits where the processor can (`--experimental-wasm-revectorize`):
 * twice the speed of a large matrix product, the same bits. The flag is experimental, and there is code that V8 cannot
 * compile with it, so it is given to this one version only, when the kernels are compiled.
 */
export const REVECTORIZING_NODE = '26.10.0';

export const host: WasmHost = {
  cores: availableParallelism,
  sharesMemory: () => true,
  async compilePacked(packed) {
    if (process.versions.node === REVECTORIZING_NODE) setFlagsFromString('--experimental-wasm-revectorize');
    return new WebAssembly.Module(unpacked(packed));
  },
  startCrew: async (memory, module, threads) =>
    threads === 1 ? new OneThread(memory, module) : Threads.start(memory, module, threads),
};
