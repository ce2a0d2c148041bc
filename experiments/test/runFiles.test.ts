import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@nlrn/files/test';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Run } from '../lib/results.ts';
import { readRuns, reusableRun, runFile, writeRun } from '../lib/runFiles.ts';
import { runWith } from './tiny.ts';

const root = temporaryFolder();
const RUN = runWith('full', 1, 30);

let count = 0;

/** A new folder for runs. */
function newFolder(): string {
  const folder = join(root, String(count++));
  mkdirSync(join(folder, 'runs'), { recursive: true });
  return folder;
}

/** What is reused of a file of this text, what is said, and the files that are there afterwards. */
function reuse(text: string, wanted: Pick<Run, 'config' | 'train' | 'test'> = RUN) {
  const folder = newFolder();
  const path = runFile(folder, RUN);
  writeFileSync(path, text);
  const said: string[] = [];
  const run = reusableRun(path, wanted, (line) => said.push(line));
  return { run, said, folder, files: readdirSync(join(folder, 'runs')) };
}

test('what is written is read, by its name and among all', () => {
  const folder = newFolder();
  const other = { ...runWith('dot', -2, 29) };
  for (const run of [RUN, other]) writeRun(folder, run);
  assert.equal(readdirSync(join(folder, 'runs')).sort(), [
    'full.seed1.json',
    'metric-dotProduct.seed-2.json',
  ]);
  assert.equal(reusableRun(runFile(folder, RUN), RUN, assert.unreachable), RUN);
  assert.equal(readRuns(folder, assert.unreachable), [RUN, other]);
});

test('without a file or folder there is nothing', () => {
  assert.is(reusableRun(join(root, 'none.json'), RUN, assert.unreachable), undefined);
  assert.equal(readRuns(join(root, 'none'), assert.unreachable), []);
});

test('a damaged file is kept aside, and its fault is said', () => {
  const { environment, ...incomplete } = RUN;
  for (const [text, fault] of [
    ['{"id": "fu', /is damaged \(.*JSON/],
    ['', /is damaged/],
    [JSON.stringify(incomplete), /is not a results file \(environment: /],
    [JSON.stringify({ ...RUN, extra: 1 }), /is not a results file \(.*extra/],
    [JSON.stringify({ ...RUN, seed: 1.5 }), /seed: /],
  ] as const) {
    const { run, said, files, folder } = reuse(text);
    assert.is(run, undefined);
    assert.is(said.length, 1);
    assert.match(said[0]!, fault);
    assert.match(said[0]!, /full\.seed1\.json: .*; it is kept as .*full\.seed1\.damaged\.json$/);
    assert.equal(files, ['full.seed1.damaged.json']);
    assert.is(readFileSync(join(folder, 'runs', files[0]!), 'utf8'), text);
  }
});

test('a run of other images or another configuration is kept aside', () => {
  for (const change of [{ train: { ...RUN.train, hash: 'x' } }, { test: { ...RUN.test, hash: 'x' } }]) {
    const { run, said, files } = reuse(JSON.stringify(RUN), { ...RUN, ...change });
    assert.is(run, undefined);
    assert.match(said.join('\n'), /full\.seed1\.json: is of other images \(train and test\); it is kept as /);
    assert.equal(files, ['full.seed1.other-images.json']);
  }
  const config = { ...RUN.config, steps: RUN.config.steps + 1 };
  const { run, said, files } = reuse(JSON.stringify(RUN), { ...RUN, config });
  assert.is(run, undefined);
  assert.match(said.join('\n'), /full\.seed1\.json: is of an older configuration; it is kept as /);
  assert.equal(files, ['full.seed1.older-configuration.json']);
});

test('nothing that is kept aside is overwritten, nor taken for a run', () => {
  const folder = newFolder();
  for (const text of ['first', 'second', 'third']) {
    writeFileSync(runFile(folder, RUN), text);
    reusableRun(runFile(folder, RUN), RUN, () => {});
  }
  const names = ['full.seed1.damaged.json', 'full.seed1.damaged-2.json', 'full.seed1.damaged-3.json'];
  assert.equal(
    names.map((name) => readFileSync(join(folder, 'runs', name), 'utf8')),
    ['first', 'second', 'third'],
  );
  assert.equal(readRuns(folder, assert.unreachable), []);
});

test('among all runs a damaged one is named and left out, where it is', () => {
  const folder = newFolder();
  writeRun(folder, RUN);
  writeFileSync(runFile(folder, { id: 'full', seed: 2 }), '{');
  const said: string[] = [];
  assert.equal(
    readRuns(folder, (line) => said.push(line)),
    [RUN],
  );
  assert.match(said.join('\n'), /^\S*full\.seed2\.json: is damaged \(.*\); it is left out$/);
  assert.equal(readdirSync(join(folder, 'runs')), ['full.seed1.json', 'full.seed2.json']);
});

test.run();
