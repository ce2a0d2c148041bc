/** `pnpm build`: compiles what is written in AssemblyScript, each part unless that has been done for just its sources. */
import { helpOnly } from '../../packages/cli/src/helpOnly.ts';

const USAGE = `pnpm build

Compiles the kernels, which are written in AssemblyScript, to WebAssembly, and bundles the programs of threads, unless that has
been done for just their sources. Other commands do that first.`;

if (!helpOnly(USAGE)) {
  await import('./tensor.ts');
  await import('./wnnm.ts');
}
