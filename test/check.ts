/** `pnpm check`: types, lint and format of all sources. */
import { normalize } from 'node:path';
import { helpOnly } from '../packages/cli/src/helpOnly.ts';
import { succeed } from './succeed.ts';

const USAGE = `pnpm check

Checks types (tsc), lint and format (biome) of all sources, also of the AssemblyScript ones, and that what is public is
documented, without a broken link (typedoc); "pnpm format" mends what can be mended.`;

const CHECKS = [
  ['tsc', '--noEmit'],
  // What runs in pages alone has other types than Node.
  ['tsc', '-p', 'explorer/page'],
  ['biome', 'ci', '--colors=off', '.'],
  ['tsx', 'test/kernelSources.ts'],
  [normalize('docs/node_modules/.bin/typedoc'), '--options', 'docs/typedoc.json', '--emit', 'none'],
];

if (!helpOnly(USAGE)) process.exitCode = succeed(CHECKS) ? 0 : 1;
