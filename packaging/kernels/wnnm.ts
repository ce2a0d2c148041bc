import { join } from 'node:path';
import { COMPILER, compile, KERNEL_OPTIONS, makeOnce, sourcesIn } from './assemblyScript.ts';

/**
 * Compiles WNNM's kernels to WebAssembly, unless that has been done for just these sources: a module that exports them as a
 * string, so that any bundler takes it as it is.
 */

const classic = join(import.meta.dirname, '../../packages/classic');
const kernels = join(classic, 'src/wnnm/kernels');
const OPTIONS = [...KERNEL_OPTIONS, '--initialMemory', '1'];

await makeOnce(join(classic, 'build'), [COMPILER, OPTIONS, sourcesIn(kernels)], async (write) => {
  const packed = await compile([join(kernels, 'index.ts')], OPTIONS);
  write('lowRank.js', `export default '${packed.toString('base64')}';\n`);
});
