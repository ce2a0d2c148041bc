import { copyFileSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@nlrn/files/test';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Run } from '../lib/results.ts';
import { readRuns, reusableRun, runFile, type Wanted, writeRun } from '../lib/runFiles.ts';
import { runWith } from './tiny.ts';

const root = temporaryFolder();
const RUN = runWith('full', 1, 30);

let count = 0;

/** A new folder for runs of the preset tiny. */
function newFolder(): string {
  const folder = join(root, String(count++), 'tiny');
  mkdirSync(join(folder, 'runs'), { recursive: true });
  return folder;
}

/** What is reused of a file of this text, what is said, and the files that are there afterwards. */
function reuse(text: string, wanted: Wanted = RUN) {
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
    ['\u001b[31m', /^\P{Cc}*is damaged \(/u],
    [JSON.stringify({ ...RUN, '\u001b[2J': 1 }), /^\P{Cc}*is not a results file \(\P{Cc}*\ufffd\[2J/u],
    [JSON.stringify(incomplete), /is not a results file \(environment: /],
    [JSON.stringify({ ...RUN, extra: 1 }), /is not a results file \(.*extra/],
    [JSON.stringify(RUN).replace('{"psnr":', '{"psnr":31,"psnr":'), /is damaged \(has the key psnr twice\)/],
    [JSON.stringify(RUN).replace('{', '{"seed":2,'), /is damaged \(has the key seed twice\)/],
    [JSON.stringify({ ...RUN, seed: 1.5 }), /seed: /],
    [JSON.stringify({ ...RUN, id: '../../../escaped' }), /id: must be of letters/],
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

const [image] = RUN.images;
const two = { ...RUN, test: { ...RUN.test, images: 2 } };

/** What contradicts itself or its place, and what is said of it. */
const CONTRADICTIONS: readonly (readonly [Run, RegExp])[] = [
  [{ ...RUN, seed: 2 }, /does not fit its name: in it is the run full\.seed2/],
  [{ ...RUN, id: 'metric-gaussian' }, /does not fit its name: in it is the run metric-gaussian\.seed1/],
  [{ ...RUN, preset: 'quick' }, /is of the preset quick, in the folder of tiny/],
  [{ ...RUN, config: { ...RUN.config, seed: 2 } }, /is of seed 1, but was trained with seed 2/],
  [two, /has results of 1 of 2 test images/],
  [{ ...two, images: [image!, image!] }, /has a test image twice/],
  [
    { ...RUN, mean: { ...RUN.mean, restored: { psnr: 31, ssim: 0.8 } } },
    /has a mean that is not that of its images/,
  ],
  [
    {
      ...RUN,
      crops: [{ image: 'a', noisy: 'crops/n.png', truth: 'crops/t.png', restored: 'crops/full.seed2.a.png' }],
    },
    /names pictures of another run/,
  ],
];

test('a run that contradicts itself, its name or its folder is no run, whoever reads it', () => {
  for (const [run, fault] of CONTRADICTIONS) {
    const { run: reused, said, files } = reuse(JSON.stringify(run), run);
    assert.is(reused, undefined);
    assert.match(said.join('\n'), fault);
    assert.equal(files, ['full.seed1.damaged.json']);
    const folder = newFolder();
    writeFileSync(runFile(folder, RUN), JSON.stringify(run));
    const found: string[] = [];
    assert.equal(
      readRuns(folder, (line) => found.push(line)),
      [],
    );
    assert.match(found.join('\n'), fault);
  }
});

test('a run copied under another seed’s name is named, and counts once', () => {
  const folder = newFolder();
  writeRun(folder, RUN);
  copyFileSync(runFile(folder, RUN), runFile(folder, { id: 'full', seed: 2 }));
  const said: string[] = [];
  assert.equal(
    readRuns(folder, (line) => said.push(line)),
    [RUN],
  );
  assert.match(said.join('\n'), /full\.seed2\.json: does not fit its name: .*full\.seed1; it is left out$/);
});

test('a run that names the same images otherwise than most is left out: results are compared image by image', () => {
  const folder = newFolder();
  const [first, second] = [runWith('dot', 1, [29, 30]), runWith('full', 2, [30, 31])].map((run) => ({
    ...run,
    test: { ...run.test, images: 2 },
  }));
  const swapped = { ...second!, seed: 3, config: { ...second!.config, seed: 3 } };
  for (const run of [first!, second!, { ...swapped, images: second!.images.toReversed() }]) {
    writeRun(folder, run);
  }
  const said: string[] = [];
  assert.equal(
    readRuns(folder, (line) => said.push(line)).map(({ seed }) => seed),
    [2, 1],
  );
  assert.match(said.join('\n'), /full\.seed3\.json: names its test images otherwise/);
});

/** A run of the full model whose noisy test image has this PSNR, finished on this day. */
function withNoise(seed: number, psnr: number, day = 1, sigma = RUN.config.sigma): Run {
  const noisy = { psnr, ssim: 0.4 };
  const run = runWith('full', seed, 30);
  return {
    ...run,
    config: { ...run.config, sigma },
    images: run.images.map((image) => ({ ...image, noisy })),
    mean: { ...run.mean, noisy },
    finished: `2018-12-0${day}T00:00:00.000Z`,
  };
}

test('of runs with several noises those with that of the last one count; rounding is no other noise, nor is another sigma', () => {
  const folder = newFolder();
  const runs = [withNoise(1, 20.02), withNoise(2, 20.02), withNoise(3, 20, 3), withNoise(4, 20.00001, 2)];
  for (const run of [...runs, withNoise(5, 15, 1, 50)]) writeRun(folder, run);
  const said: string[] = [];
  assert.equal(
    readRuns(folder, (line) => said.push(line)).map(({ seed }) => seed),
    [3, 4, 5],
  );
  assert.equal(
    said.map((line) => line.slice(line.lastIndexOf('full.'))),
    [1, 2].map(
      (seed) =>
        `full.seed${seed}.json: was tested with other noise than the run that was finished last; the command that made it makes it again; it is left out`,
    ),
  );
});

test('a run with other noise than today’s is kept aside', () => {
  const { run, said, files } = reuse(JSON.stringify(RUN), { ...RUN, noisy: [20.02] });
  assert.is(run, undefined);
  assert.match(
    said.join('\n'),
    /full\.seed1\.json: is of a test with other noise than is drawn today; it is kept as /,
  );
  assert.equal(files, ['full.seed1.other-noise.json']);
  assert.equal(reuse(JSON.stringify(RUN), { ...RUN, noisy: [20.00001] }).run, RUN);
});

test('what could not be read back is not written, and a run that is there stays', () => {
  const folder = newFolder();
  writeRun(folder, RUN);
  const wrong = { ...RUN, parameters: Number.NaN };
  assert.throws(() => writeRun(folder, wrong), /full\.seed1\.json: not written, as it .*parameters/);
  assert.throws(() => writeRun(folder, two), /full\.seed1\.json: has results of 1 of 2 test images, though/);
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

test('weights and restored pictures are kept aside with their run, by the same word; those of others stay', () => {
  const folder = newFolder();
  for (const part of ['weights', 'crops']) mkdirSync(join(folder, part));
  const others = ['weights/full.seed10.safetensors', 'crops/truth.a-01.png', 'crops/full.seed10.a-01.png'];
  for (const file of others) writeFileSync(join(folder, file), 'other');
  // Of a run that has been kept aside without its weights.
  writeFileSync(join(folder, 'runs', 'full.seed1.damaged.json'), 'earlier');
  for (const text of ['first', 'second']) {
    for (const file of ['weights/full.seed1.safetensors', 'crops/full.seed1.a-01.png'])
      writeFileSync(join(folder, file), text);
    writeFileSync(runFile(folder, RUN), text);
    reusableRun(runFile(folder, RUN), RUN, () => {});
  }
  for (const [word, text] of [
    ['damaged-2', 'first'],
    ['damaged-3', 'second'],
  ] as const)
    for (const file of [
      `runs/full.seed1.${word}.json`,
      `weights/full.seed1.${word}.safetensors`,
      `crops/full.seed1.a-01.${word}.png`,
    ])
      assert.is(readFileSync(join(folder, file), 'utf8'), text, file);
  for (const file of others) assert.is(readFileSync(join(folder, file), 'utf8'), 'other');
  assert.is(['runs', 'weights', 'crops'].flatMap((part) => readdirSync(join(folder, part))).length, 10);
});

test('a run that no string can hold is left out with its size and the limit', () => {
  const folder = newFolder();
  writeRun(folder, RUN);
  truncateSync(runFile(folder, RUN), 3e9);
  const said: string[] = [];
  assert.equal(
    readRuns(folder, (line) => said.push(line)),
    [],
  );
  assert.match(
    said.join('\n'),
    /^\S*full\.seed1\.json: has 3\.00 GB, at most 0\.54 GB are read; it is left out$/,
  );
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
