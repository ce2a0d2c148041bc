/** `pnpm check`: types, lint and format of all sources. */
import { spawnSync } from 'node:child_process';
import { normalize } from 'node:path';
import { helpOnly } from '../packages/cli/src/helpOnly.ts';

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
] as const;

if (!helpOnly(USAGE)) {
  const fault = CHECKS.find(([name, ...args]) => !succeeds(name, args));
  process.exitCode = fault ? 1 : 0;
}

function succeeds(name: string, args: readonly string[]): boolean {
  // Windows starts what npm installs by a shell alone.
  const { status, error } = spawnSync(name, args, { stdio: 'inherit', shell: process.platform === 'win32' });
  if (error) console.error(`${name}: ${error.message}`);
  return status === 0;
}
