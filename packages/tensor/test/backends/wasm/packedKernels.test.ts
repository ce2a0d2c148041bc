import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const SOURCE = fileURLToPath(new URL('../../../src/backends/wasm/packedKernels.ts', import.meta.url));

test('kernels that are not there are to be built, and those that fail to load say why', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nlrn-kernels-'));
  try {
    const copy = join(folder, 'src/backends/wasm/packedKernels.ts');
    mkdirSync(join(folder, 'src/backends/wasm'), { recursive: true });
    mkdirSync(join(folder, 'build'));
    copyFileSync(SOURCE, copy);
    writeFileSync(join(folder, 'build/kernelsPlain.js'), "throw new Error('half a file');");
    const { packedKernels } = await import(pathToFileURL(copy).href);
    const failureOf = (relaxed: boolean) =>
      packedKernels(relaxed).then(
        () => 'loaded',
        ({ message }: Error) => message,
      );
    const unbuilt = "the wasm kernels have not been built; in NLRN's repository run `npx -y pnpm@12 build`";
    assert.is(await failureOf(true), unbuilt);
    assert.is(await failureOf(false), 'the wasm kernels cannot be loaded: half a file');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.run();
