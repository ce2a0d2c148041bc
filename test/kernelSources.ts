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
const KERNELS = ['packages/classic/src/wnnm/kernels', 'packages/tensor/src/backends/wasm/kernels'];
/** What a source is called in the copy: the settings leave its folder out. */
const inCopy = (file: string) => file.replaceAll(/[\\/]/g, '_');

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
  mkdirSync(join(folder, 'kernels'));
  const files = globSync(
    KERNELS.map((kernels) => `${kernels}/**/*.ts`),
    { cwd: ROOT },
  );
  for (const file of files) rewrite(join(ROOT, file), join(folder, 'kernels', inCopy(file)), asComments);
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
    for (const file of files) rewrite(join(folder, 'kernels', inCopy(file)), join(ROOT, file), asDecorators);
  return status === 0;
}

function rewrite(from: string, to: string, change: (text: string) => string): void {
  writeFileSync(to, change(readFileSync(from, 'utf8')));
}
