/** `pnpm format`: mends lint and format of all sources. */
import { helpOnly } from '../packages/cli/src/helpOnly.ts';
import { succeed } from './succeed.ts';

const USAGE = `pnpm format

Mends what can be mended of lint and format (biome) in all sources, also in the AssemblyScript ones; "pnpm check" tells the
rest.`;

const MENDS = [
  ['biome', 'check', '--write', '.'],
  ['tsx', 'test/kernelSources.ts', '--write'],
];

if (!helpOnly(USAGE)) process.exitCode = succeed(MENDS) ? 0 : 1;
