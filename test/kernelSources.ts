/**
 * Lint and format of the wasm kernels, which `pnpm check` and `pnpm format` run behind those of the other sources.
 *
 * AssemblyScript reads as TypeScript but for the decorators of its functions: biome is shown comments in their place.
 */
import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const KERNELS = join(ROOT, 'packages/tensor/src/backends/wasm/kernels');

const asComments = (text: string) => text.replaceAll(/^@(?=\w+$)/gm, '//@');
const asDecorators = (text: string) => text.replaceAll(/^\/\/@(?=\w+$)/gm, '@');

const isWriting = process.argv.includes('--write');
const copy = mkdtempSync(join(tmpdir(), 'kernels-'));
try {
  process.exitCode = checked(copy) ? 0 : 1;
} finally {
  rmSync(copy, { recursive: true });
}

/** Checks a copy of the kernels in this folder; mends it, and the kernels, if that is asked for. */
function checked(folder: string): boolean {
  const files = globSync('*.ts', { cwd: KERNELS });
  mkdirSync(join(folder, 'kernels'));
  for (const file of files) rewrite(join(KERNELS, file), join(folder, 'kernels', file), asComments);
  const settings = { extends: [join(ROOT, 'biome.jsonc')], vcs: { enabled: false } };
  writeFileSync(join(folder, 'biome.json'), JSON.stringify(settings));
  const { status } = spawnSync(
    'biome',
    ['check', '--colors=off', '--max-diagnostics=none', ...(isWriting ? ['--write'] : []), 'kernels'],
    {
      cwd: folder,
      stdio: 'inherit',
      // Windows starts what npm installs by a shell alone.
      shell: process.platform === 'win32',
    },
  );
  if (isWriting)
    for (const file of files) rewrite(join(folder, 'kernels', file), join(KERNELS, file), asDecorators);
  return status === 0;
}

function rewrite(from: string, to: string, change: (text: string) => string): void {
  writeFileSync(to, change(readFileSync(from, 'utf8')));
}
