import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Results, readResults, reusableRuns } from '../lib/results.ts';
import { temporaryFolder } from './temporaryFolder.ts';
import { runWith } from './tiny.ts';

const root = temporaryFolder();
const images = (name: string) => ({ name, source: 'folder' as const, images: 2, hash: `hash of ${name}` });

const RESULTS: Results = {
  experiment: 'tiny-metrics',
  title: 'Table 0',
  preset: 'tiny',
  environment: {
    command: 'pnpm exp tiny-metrics',
    commit: 'unknown',
    node: 'v26.0.0',
    platform: 'linux x64',
    cpu: 'a CPU',
    cores: 2,
    memoryGB: 8,
    backend: 'reference',
  },
  train: images('a'),
  test: images('b'),
  runs: [runWith('full', 1, 30), runWith('dot', 1, 29)],
};

const wanted = { train: images('a'), test: images('b'), isCurrent: (_: { variant: string }) => true };

let count = 0;

/** A new folder with a results file, its table and its plot. */
function placed(text: string): { folder: string; path: string } {
  const folder = join(root, String(count++));
  const path = join(folder, 'r.json');
  mkdirSync(folder);
  writeFileSync(path, text);
  for (const ending of ['csv', 'svg']) writeFileSync(join(folder, `r.${ending}`), ending);
  return { folder, path };
}

/** What is reused of a file of this text, what is said, and the files that are there afterwards. */
function reuse(text: string, changes: Partial<typeof wanted> = {}) {
  const { folder, path } = placed(text);
  const said: string[] = [];
  const runs = reusableRuns(path, { ...wanted, ...changes }, (line) => said.push(line));
  return { runs, said, folder, files: readdirSync(folder).sort() };
}

test('what is written is read', () => {
  const { path } = placed(JSON.stringify(RESULTS));
  assert.equal(readResults(path), RESULTS);
});

test('without a file there is nothing to reuse; the same images and configuration are reused', () => {
  assert.equal(
    reusableRuns(join(root, 'none.json'), wanted, () => assert.unreachable()),
    [],
  );
  const { runs, said, files } = reuse(JSON.stringify(RESULTS));
  assert.equal(runs, RESULTS.runs);
  assert.equal(said, []);
  assert.equal(files, ['r.csv', 'r.json', 'r.svg']);
});

test('a damaged file is kept aside with its table and plot, and its fault is said', () => {
  const { environment, ...incomplete } = RESULTS;
  for (const [text, fault] of [
    ['{"experiment": "ti', /is damaged \(.*JSON/],
    ['', /is damaged/],
    [JSON.stringify(incomplete), /is not a results file \(environment: /],
    [JSON.stringify({ ...RESULTS, extra: 1 }), /is not a results file \(.*extra/],
    [JSON.stringify({ ...RESULTS, runs: [{ ...RESULTS.runs[0], seed: 1.5 }] }), /runs\.0\.seed: /],
  ] as const) {
    const { runs, said, files, folder } = reuse(text);
    assert.equal(runs, []);
    assert.is(said.length, 1);
    assert.match(said[0]!, fault);
    assert.match(said[0]!, /r\.json: .*; it is kept as .*r\.damaged\.json$/);
    assert.equal(files, ['r.damaged.csv', 'r.damaged.json', 'r.damaged.svg']);
    assert.is(readFileSync(join(folder, 'r.damaged.json'), 'utf8'), text);
  }
});

test('nothing that is kept aside is overwritten', () => {
  const { folder, path } = placed('first');
  for (const text of ['first', 'second', 'third']) {
    writeFileSync(path, text);
    reusableRuns(path, wanted, () => {});
  }
  const names = ['r.damaged.json', 'r.damaged-2.json', 'r.damaged-3.json'];
  assert.equal(
    names.map((name) => readFileSync(join(folder, name), 'utf8')),
    ['first', 'second', 'third'],
  );
});

test('results of other images are kept aside', () => {
  for (const change of [{ train: images('c') }, { test: images('c') }]) {
    const { runs, said, files } = reuse(JSON.stringify(RESULTS), change);
    assert.equal(runs, []);
    assert.match(
      said.join('\n'),
      /r\.json: has results of other images \(a and b\); they are kept as .*\.json$/,
    );
    assert.equal(files, ['r.other-images.csv', 'r.other-images.json', 'r.other-images.svg']);
  }
});

test('a file with some results of an older configuration is kept aside, the others are carried over', () => {
  const isCurrent = ({ variant }: { variant: string }) => variant === 'dot';
  const { runs, said, files } = reuse(JSON.stringify(RESULTS), { isCurrent });
  assert.equal(runs, [RESULTS.runs[1]]);
  assert.match(said.join('\n'), /r\.json: has results of an older configuration; they are kept as .*\.json$/);
  assert.equal(files, [
    'r.older-configuration.csv',
    'r.older-configuration.json',
    'r.older-configuration.svg',
  ]);
});

test.run();
