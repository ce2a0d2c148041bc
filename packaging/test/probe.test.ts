import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const PROBE = '../../packages/tensor/src/backends/gpujs/node/probe.ts';

test('a bundle, which has no file for the process that looks for a GPU, says so', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nlrn-bundle-'));
  try {
    for (const [format, ending] of [
      ['esm', 'mjs'],
      ['cjs', 'cjs'],
    ] as const) {
      const outfile = join(folder, `bundle.${ending}`);
      const entryPoints = [fileURLToPath(new URL(PROBE, import.meta.url))];
      await build({ entryPoints, bundle: true, platform: 'node', format, outfile, logLevel: 'error' });
      const { probeMode } = await import(pathToFileURL(outfile).href);
      assert.equal(await probeMode('cpu'), {
        mode: 'cpu',
        fault: 'the process that looks for it is not there, as in a bundle',
        remedy: 'leave @nlrn/tensor out of the bundle',
      });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.run();
