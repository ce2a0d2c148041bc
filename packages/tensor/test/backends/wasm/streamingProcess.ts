/**
 * A process that stands for a page, cross-origin isolated or not, which finds its kernels in a folder: prints by what it has compiled
 * them, and what it computes with them.
 */
import { becomePage } from './pageGlobals.ts';
import { smallTraining } from './smallTraining.ts';

const { isolated, kernels } = JSON.parse(process.argv[2]!);
becomePage({ isolated });
const used: string[] = [];
for (const name of ['compile', 'compileStreaming'] as const) {
  const original = WebAssembly[name] as (given: never) => Promise<WebAssembly.Module>;
  const counted = (given: never) => {
    used.push(name);
    return original(given);
  };
  Object.assign(WebAssembly, { [name]: counted });
}
// Only now, as a page has its globals from the beginning.
const { wasmBackend } = await import('../../../src/index.ts');
const backend = await wasmBackend({ kernels, threads: isolated ? 2 : 1 });
console.log(`${used}: ${await smallTraining(backend)}`);
await backend.dispose();
