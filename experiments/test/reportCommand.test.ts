// Slow: starts processes.

import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assertRefused, inFolder } from '@nlrn/cli/test';
import { makeFolder } from '@nlrn/files';
import { temporaryFolder } from '@nlrn/files/test';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { expCli } from '../expCli.ts';
import { RESULTS } from '../lib/results.ts';
import { writeRun } from '../lib/runFiles.ts';
import { madeUpRun } from './madeUp.ts';

const root = temporaryFolder();

/** Runs `pnpm exp report` with paths relative to the test's folder, as they are to a user's. */
function report(args: string): Promise<{ code: number; out: string; err: string }> {
  const command = [...process.execArgv, join(import.meta.dirname, '../cli.ts'), 'report', ...args.split(' ')];
  const env = { ...process.env, INIT_CWD: root };
  return new Promise((resolve) => {
    execFile(process.execPath, command, { env }, (error, out, err) =>
      resolve({ code: Number(error?.code ?? 0), out, err }),
    );
  });
}

/** A run of the full model, which all experiments have, in a folder of results. */
function placeRun(folder: string, scale: string, seed: number): void {
  mkdirSync(join(root, folder, scale, 'runs'), { recursive: true });
  writeRun(join(root, folder, scale), { ...madeUpRun('full', seed, [29, 30]), preset: scale });
}

const hasPage = (folder: string, scale: string) => existsSync(join(root, folder, scale, 'index.html'));

test('a page wherever there are runs, on photographs and on generated images', async () => {
  placeRun('both', 'quick', 1);
  placeRun('both', 'quick-generated', 1);
  const { code, out, err } = await report('--out both');
  assert.equal({ code, err }, { code: 0, err: '' });
  assert.match(out, /quick-generated.index\.html\n1 run, \d+ rows missing\n$/);
  assert.ok(hasPage('both', 'quick') && hasPage('both', 'quick-generated'));
});

test('a damaged file is named, the page is written, and the exit code is 1', async () => {
  placeRun('damaged', 'quick', 1);
  writeFileSync(join(root, 'damaged', 'quick', 'runs', 'full.seed2.json'), '{');
  const { code, out } = await report('--out damaged --preset quick');
  assert.is(code, 1);
  assert.match(out, /full\.seed2\.json: is damaged \(/);
  assert.ok(hasPage('damaged', 'quick'));
});

test('runs of other folders come along', async () => {
  placeRun('one', 'quick', 1);
  placeRun('two', 'quick', 2);
  const { code, out } = await report('--out merged --from one,two');
  assert.is(code, 0);
  assert.match(out, /\n2 runs, \d+ rows missing\n$/);
  assert.ok(hasPage('merged', 'quick'));
});

test('comparisons of another folder come along: alone, and beside runs', async () => {
  const name = 'bm3d.set12.s15.json';
  const placeComparison = (folder: string) => {
    mkdirSync(join(root, folder, 'comparisons', 'runs'), { recursive: true });
    cpSync(join(RESULTS, 'comparisons', 'runs', name), join(root, folder, 'comparisons', 'runs', name));
  };
  placeComparison('node1');
  placeComparison('node2');
  placeRun('node2', 'quick', 1);
  for (const folder of ['node1', 'node2']) {
    const { code, out, err } = await report(`--out of-${folder} --from ${folder}`);
    assert.equal({ code, err }, { code: 0, err: '' });
    assert.match(out, /node\d: 1 run that was not here\n/);
    assert.ok(existsSync(join(root, `of-${folder}`, 'comparisons', 'runs', name)));
    assert.ok(hasPage(`of-${folder}`, 'comparisons'));
  }
  assert.ok(hasPage('of-node2', 'quick'));
});

test('no runs, and an unknown preset, end with code 1 and one line', async () => {
  placeRun('some', 'quick', 1);
  const fails = async (args: string, message: RegExp) => {
    const { code, out, err } = await report(args);
    assert.equal({ code, out }, { code: 1, out: '' });
    assert.match(err.trimEnd(), message);
  };
  // As after a Ctrl-C in the first run.
  for (const folder of ['laptop', 'comparisons']) makeFolder(join(root, 'some', folder, 'runs'));
  makeFolder(join(root, 'begun', 'quick', 'runs'));
  await Promise.all([
    fails('--out begun', /^(.*begun): has no runs; pnpm exp all --preset quick --out \1 makes them$/),
    fails('--out some --from begun', /^--from .*begun: has no runs; name folders that --out has named$/),
    fails(
      '--out some --preset laptop',
      /^(.*some): has no runs; pnpm exp all --preset laptop --out \1 makes them$/,
    ),
    fails('--out some --from nowhere', /^--from .*nowhere: has no runs; name folders that --out has named$/),
    fails('--out some --preset huge', /^--preset huge: unknown; the presets are quick, laptop, paper$/),
  ]);
  assert.not.ok(hasPage('some', 'quick'));
});

test('a file where a folder of results is wanted is named', () =>
  inFolder(root, async () => {
    writeFileSync(join(root, 'results.zip'), 'PK');
    for (const option of ['--out', '--from'])
      await assertRefused(
        expCli,
        `report ${option} results.zip`,
        new RegExp(`^${option} \\S*results\\.zip: is a file, name a folder$`),
      );
  }));

test.run();
