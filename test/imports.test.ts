// Slow: starts processes.

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const ROOT = join(import.meta.dirname, '..');

/** What importing modules does, in Node or as for a page. */
async function effectsOf(modules: readonly string[], conditions: readonly string[] = []) {
  const file = join(import.meta.dirname, 'importProcess.ts');
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [...conditions, file, ...modules], {
    cwd: ROOT,
  });
  assert.is(stderr, '');
  return JSON.parse(stdout) as { found: string[]; ofNode: string[] };
}

/** The packages that are for pages, too, each before those that import it. */
const PACKAGES = ['tensor', 'autograd', 'files', 'data', 'nn', 'nlrn', 'networks', 'classic'];

test('importing a package sets no flag, overwrites no global, opens nothing', async () => {
  const modules = PACKAGES.map((name) => `packages/${name}/src/index.ts`);
  assert.equal((await effectsOf(modules)).found, []);
});

test('nor does it in a page, where no package imports a module of Node', async () => {
  const modules = PACKAGES.map((name) => `packages/${name}/src/${name === 'files' ? 'page' : 'index'}.ts`);
  assert.equal(await effectsOf(modules, ['--conditions=browser']), { found: [], ofNode: [] });
});

test('effects would be seen', async () => {
  const module = 'test/fixtures/effects.ts';
  const { found } = await effectsOf([module]);
  assert.equal(
    found.map((what) => what.replace(`${module} `, '')),
    [
      'calls setFlagsFromString',
      'makes a Worker',
      'overwrites the global structuredClone',
      'sets the global somethingOfOurs',
      'changes the environment',
      'keeps something open',
    ],
  );
  const { ofNode } = await effectsOf(['packages/files/src/index.ts'], ['--conditions=browser']);
  assert.match(ofNode.join(), /files\/src\/\S+ imports node:fs/);
});

test.run();
