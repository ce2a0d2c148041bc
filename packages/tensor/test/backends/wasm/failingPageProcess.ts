/** A process that stands for a page whose threads are given a kernel that does not exist: prints how two runs fail. */
import { becomePage } from './pageGlobals.ts';

becomePage({ isolated: true });
// Only now, as a page has its globals from the beginning.
const { host } = await import('../../../src/backends/wasm/page/host.ts');
const { KernelMemory } = await import('../../../src/backends/wasm/memory.ts');
const { loadKernels } = await import('../../../src/backends/wasm/module.ts');

const module = await loadKernels({ relaxed: true, shared: true });
const memory = new KernelMemory(true);
const crew = await host.startCrew(memory, module, 2);
const program = memory.reserve(4 * 3);
memory.words(program, 3).set([255, 0, -1]);
for (let i = 0; i < 2; i++) console.log(`${await crew.run(program)}: ${(await crew.failure()).message}`);
await crew.stop();
