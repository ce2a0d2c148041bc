/** A process that stands for a page, cross-origin isolated or not, or, with `isolated` left out, has a page's modules alone: prints what the wasm backend computes in it, or how it fails. */
import { becomePage } from './pageGlobals.ts';
import { smallTraining } from './smallTraining.ts';

const { isolated, options } = JSON.parse(process.argv[2]!);
if (isolated !== undefined) becomePage({ isolated });
// Only now, as a page has its globals from the beginning.
const { wasmBackend } = await import('../../../src/index.ts');
try {
  const backend = await wasmBackend(options);
  console.log(`${backend.description} ${await smallTraining(backend)}`);
  await backend.dispose();
} catch (error) {
  console.log((error as Error).message);
}
