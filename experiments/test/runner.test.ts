// Slow: trains many tiny networks, and starts processes.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { createImage, hashImages } from '@nlrn/data';
import { claim, readSafetensors } from '@nlrn/files';
import { temporaryChildren, temporaryFolder } from '@nlrn/files/test';
import { createNetwork, loadWeights } from '@nlrn/networks';
import { TrainingError } from '@nlrn/nn';
import { referenceBackend } from '@nlrn/tensor';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Experiment, type Scale, variantsAt } from '../lib/experiment.ts';
import { readJson } from '../lib/jsonFiles.ts';
import { type Results, type Run, resultsSchema } from '../lib/results.ts';
import { readRuns } from '../lib/runFiles.ts';
import { type RunOptions, runExperiments } from '../lib/runner.ts';
import { Samples } from '../lib/samples.ts';
import { TINY_DATA, TINY_EXPERIMENT, TINY_SCALE, TINY_SOURCES, tinyOptions } from './tiny.ts';

const temporary = temporaryChildren(test);
const root = temporaryFolder();
/** The runs of the tiny experiment with seed 1, in its order. */
const RUNS = ['metric-dotProduct.seed1', 'full.seed1'];
const WEIGHTS = RUNS.map((name) => `${name}.safetensors`);

/** Runs the tiny experiment in a folder of the test's; returns what it says. */
async function run(name: string, changes: Partial<RunOptions> = {}) {
  const said: string[] = [];
  const out = join(root, name);
  const finished = await runExperiments(tinyOptions(out, { say: (line) => said.push(line), ...changes }));
  return { finished, said: said.join('\n') };
}

const place = (name: string, ...path: string[]) => join(root, name, 'tiny', ...path);

function resultsIn(name: string, experiment = 'tiny-metrics'): Results {
  const results = readJson(place(name, `${experiment}.json`), resultsSchema);
  if (typeof results === 'string') return assert.unreachable(results) as never;
  return results;
}

/** The runs of a folder, in the order of their names. */
const runsIn = (name: string): Run[] => readRuns(place(name), assert.unreachable);

const runFilesIn = (name: string) => readdirSync(place(name, 'runs')).sort();

/** The runs without what a clock says, nor the command and commit that made them. */
const timeless = (name: string) =>
  runsIn(name).map((run) => ({
    ...run,
    trainingSeconds: 0,
    evaluationSeconds: 0,
    coreSeconds: 0,
    testing: run.testing && { ...run.testing, coreSeconds: 0 },
    finished: '',
    environment: { ...run.environment, command: '', commit: '' },
  }));

/** The table without what a clock says. */
function timelessTable(name: string): Results {
  const results = resultsIn(name);
  const rows = results.rows.map((row) => ({
    ...row,
    trainingCoreSeconds: 0,
    coreSecondsPerMegapixel: 0,
  }));
  return { ...results, coreHours: 0, rows };
}

/** What is in a folder, but for what has been kept aside. */
const filesIn = (name: string, folder: string) => {
  const isKept = (file: string) => /\.(before-fresh|other-\w+|older-configuration)\./.test(file);
  const names = readdirSync(place(name, folder)).sort();
  return names.filter((file) => !isKept(file)).map((file) => [file, readFileSync(place(name, folder, file))]);
};

/** The same runs, weights, crops and table. */
function assertSameOutcome(name: string, other: string): void {
  assert.equal(timeless(name), timeless(other));
  for (const folder of ['weights', 'crops']) assert.equal(filesIn(name, folder), filesIn(other, folder));
  assert.equal(timelessTable(name), timelessTable(other));
}

test('a table from nothing: runs, table, plot, crops and weights, and no checkpoint is left', async () => {
  const { finished, said } = await run('whole');
  assert.ok(finished);
  assert.match(said, /^Table 0: two metrics, preset tiny\ntrained on 2 generated images, tested on 3 gen/);
  assert.match(
    said,
    /\n\[1\/2\] Dot product, seed 1\n {2}\d+\.\d\d dB, SSIM \d\.\d{4}; noisy \d+\.\d\d dB\n/,
  );
  assert.match(said, /\n\[2\/2\] Full, "embedded", seed 1; about \d+ s left\n/);
  assert.match(said, /\nwrote .*tiny-metrics\.\{json,csv,svg\}$/);
  assert.equal(readdirSync(place('whole')).sort(), [
    'checkpoints',
    'crops',
    'runs',
    'tiny-metrics.csv',
    'tiny-metrics.json',
    'tiny-metrics.svg',
    'weights',
  ]);
  assert.equal(readdirSync(place('whole', 'checkpoints')), []);
  assert.equal(readdirSync(place('whole', 'weights')).sort(), [...WEIGHTS].sort());
  assert.equal(runFilesIn('whole'), RUNS.map((run) => `${run}.json`).sort());
  const runs = runsIn('whole');
  const variants = variantsAt(TINY_SCALE, TINY_EXPERIMENT);
  assert.equal(
    runs.map(({ seed, config }) => [seed, config.network]),
    variants.toReversed().map(({ network }) => [1, { ...TINY_SCALE.config.network, ...network }]),
  );
  for (const run of runs) {
    const { images, mean, lossCurve, validationCurve, crops, environment } = run;
    assert.is(run.train.hash, TINY_DATA.train.hash);
    assert.is(environment.command, 'pnpm exp tiny-metrics');
    assert.is(images.length, 3);
    assert.is(mean.restored.psnr, images.reduce((sum, image) => sum + image.restored.psnr, 0) / 3);
    assert.is(lossCurve.length, 2);
    assert.equal(
      validationCurve.map(({ step }) => step),
      [1, 2],
    );
    assert.equal(
      crops.map(({ image }) => image),
      ['facade-01.png', 'bricks-03.png', 'mixed-05.png'],
    );
    for (const { noisy, restored, truth } of crops) {
      for (const file of [noisy, restored, truth]) assert.ok(existsSync(place('whole', file)), file);
    }
    assert.ok(run.coreSeconds > 0);
  }
  const { rows, fullModel } = resultsIn('whole');
  assert.is(fullModel, 'full');
  assert.equal(
    rows.map(({ psnr, verdict }) => [psnr, verdict]),
    [
      [runs[1]!.mean.restored.psnr, 'not tested'],
      [runs[0]!.mean.restored.psnr, 'full model'],
    ],
  );
});

test('titles and notes end their lines at the terminal’s width', async () => {
  const columns = 40;
  const scale = { ...TINY_SCALE, name: 'tiny-of-a-long-name' };
  const { said } = await run('narrow', { scale, columns, only: ['dot'] });
  assert.match(
    said,
    /^Table 0: two metrics, preset\ntiny-of-a-long-name\ntrained on 2 generated images, tested on\n3 /,
  );
  const old = { ...TINY_SOURCES, model: 'c'.repeat(64) };
  const again = await run('narrow', { scale, columns, only: ['dot'], keepOld: true, sources: old });
  assert.match(
    again.said,
    /\nin the tables, 1 of 1 run by other\nsources of the model:\nmetric-dotProduct\.seed1\n/,
  );
});

test('the last validation is that of the weights that are kept', async () => {
  const { network } = loadWeights(place('whole', 'weights', WEIGHTS[1]!));
  const samples = new Samples(referenceBackend(), TINY_SCALE.config.sigma);
  assert.is(runsIn('whole')[0]!.validationCurve.at(-1)!.psnr, await samples.psnr(network));
});

test('pixels that are not numbers are a failure of the training, and no pictures', async () => {
  const network = createNetwork(TINY_SCALE.config.network, () => Number.NaN);
  const samples = new Samples(referenceBackend(), TINY_SCALE.config.sigma);
  const folder = join(root, 'lost');
  const error = await samples.writeCrops(network, folder, { id: 'full', seed: 1 }).catch((error) => error);
  assert.instance(error, TrainingError);
  assert.match(
    error.message,
    /^facade-01\.png: is restored to pixels that are not numbers; train with a lower/,
  );
  assert.equal(readdirSync(join(folder, 'crops')), []);
});

test('what is finished is not trained again; --only and --seeds add runs, in any order', async () => {
  await run('added', { only: ['full'] });
  const [first] = runsIn('added');
  const second = await run('added');
  assert.match(second.said, /\[1\/2\] Dot product, seed 1\n/);
  assert.match(second.said, /\[2\/2\] Full, "embedded", seed 1: finished before, \d+\.\d\d dB/);
  assert.equal(runsIn('added')[0], first);
  assertSameOutcome('added', 'whole');
  await run('added', { only: ['dot'], seeds: [2, 3] });
  assert.equal(
    resultsIn('added').rows.map(({ variant, seeds }) => [variant, seeds]),
    [
      ['dot', [1, 2, 3]],
      ['full', [1]],
    ],
  );
  assert.match(readFileSync(place('added', 'tiny-metrics.csv'), 'utf8'), /\ndot,Dot product,full,,3,/);
});

const [, FULL] = variantsAt(TINY_SCALE, TINY_EXPERIMENT);

test('experiments share the runs that are the same', async () => {
  const second: Experiment = {
    ...TINY_EXPERIMENT,
    name: 'tiny-lengths',
    variants: () => [
      { ...FULL!, label: 'T = 1' },
      { ...FULL!, name: 'T2', network: { states: 2 } },
    ],
  };
  const { said } = await run('shared', { experiments: [TINY_EXPERIMENT, second] });
  assert.match(said, /\[1\/3\] Dot product, seed 1\n.*\n\[2\/3\] Full, "embedded", seed 1;.*\n.*\n\[3\/3\]/);
  assert.equal(runFilesIn('shared'), [
    'full.seed1.json',
    'metric-dotProduct.seed1.json',
    'states-2.seed1.json',
  ]);
  const psnrOf = (experiment: string, variant: string) =>
    resultsIn('shared', experiment).rows.find((row) => row.variant === variant)!.psnr;
  assert.is(psnrOf('tiny-metrics', 'full'), psnrOf('tiny-lengths', 'full'));
  assert.is(psnrOf('tiny-metrics', 'full'), resultsIn('whole').rows[1]!.psnr);
  assert.ok(existsSync(place('shared', 'tiny-lengths.svg')));
});

test('tables that are there are made again: their rows are tested beside those of the others', async () => {
  const second: Experiment = {
    ...TINY_EXPERIMENT,
    name: 'tiny-lengths',
    variants: () => [FULL!, { ...FULL!, name: 'T2', network: { states: 2 } }],
  };
  const third = { ...second, name: 'tiny-never' };
  const catalogue = [TINY_EXPERIMENT, second, third];
  const seeds = [1, 2, 3, 4];
  const { said } = await run('beside', { experiments: [TINY_EXPERIMENT], catalogue, seeds });
  const [dot] = resultsIn('beside').rows;
  assert.is(dot!.difference!.holm, dot!.difference!.p);
  assert.not.match(said, /tiny-lengths/);
  await run('beside', { experiments: [second], catalogue, seeds });
  // The rows of `tiny-never` are there, too, though its table is not asked for; they are those of the second again.
  assert.is(resultsIn('beside', 'tiny-lengths').comparisons, 2);
  assert.is(resultsIn('beside').comparisons, 2);
  assert.ok(resultsIn('beside').rows[0]!.difference!.holm! >= dot!.difference!.holm!);
  assert.not.ok(existsSync(place('beside', 'tiny-never.json')));
});

test('tables of other experiments that are of other images stay as they are', async () => {
  const second: Experiment = {
    ...TINY_EXPERIMENT,
    name: 'tiny-lengths',
    variants: () => [FULL!, { ...FULL!, name: 'T2', network: { states: 2 } }],
  };
  const catalogue = [TINY_EXPERIMENT, second];
  await run('images-beside', { experiments: catalogue, catalogue });
  const before = resultsIn('images-beside', 'tiny-lengths');
  const data = { ...TINY_DATA, test: TINY_DATA.train };
  await run('images-beside', { experiments: [TINY_EXPERIMENT], catalogue, data });
  assert.equal(resultsIn('images-beside', 'tiny-lengths'), before);
  assert.is(resultsIn('images-beside').test!.hash, TINY_DATA.train.hash);
});

test('shards one after another are the same as a single run', async () => {
  const seeds = [1, 2];
  await run('single', { seeds });
  for (const index of [2, 3, 1]) {
    const { finished, said } = await run('shards', { seeds, shard: { index, count: 3 } });
    assert.ok(finished);
    assert.match(said, new RegExp(`\\nshard ${index} of 3: [12] of 4 runs\\n`));
    const report = `\n"pnpm exp report --out ${join(root, 'shards')}" makes the tables when all shards are finished`;
    assert.ok(said.endsWith(report), said);
    assert.not.ok(existsSync(place('shards', 'tiny-metrics.json')), 'tables are for whoever has all runs');
  }
  const { said } = await run('shards', { seeds });
  assert.is(said.match(/finished before/g)!.length, 4);
  assertSameOutcome('shards', 'single');
});

test('a run that another process is at is left to it', async () => {
  mkdirSync(place('claimed', 'checkpoints'), { recursive: true });
  const other = claim(place('claimed', 'checkpoints', WEIGHTS[0]!));
  const { finished, said } = await run('claimed');
  assert.ok(finished);
  assert.match(said, /\[1\/2\] Dot product, seed 1: left out; .*process \d+ on .* is at work on it/);
  assert.match(said, /\n1 run left to other processes; the tables lack what they make$/);
  assert.equal(runFilesIn('claimed'), ['full.seed1.json']);
  const shard = { index: 1, count: 2 };
  await fails('claimed', { shard }, /^1 run left to do; run the same again$/);
  assert.match((await run('claimed', { fresh: true })).said, /^Dot product, seed 1: left out; /m);
  other.release();
  await run('claimed');
  assertSameOutcome('claimed', 'whole');
});

test('a run that another process takes over in mid-run is left to it, and loses nothing', async () => {
  const checkpoint = place('inherited', 'checkpoints', WEIGHTS[0]!);
  const takeOver = () => {
    const lock = readFileSync(`${checkpoint}.lock`, 'utf8');
    writeFileSync(`${checkpoint}.lock`, lock.replace(/(?<="token":")\w+/, '0123456789ab'));
  };
  let displays = 0;
  const showProgress = () => {
    const isFirst = ++displays === 1;
    const show = ([fact = '']: readonly string[]) => {
      if (isFirst && fact.startsWith('step 1/')) takeOver();
    };
    return { show, clear() {}, stop() {} };
  };
  const { said } = await run('inherited', { showProgress });
  assert.match(said, /\[1\/2\] Dot product, seed 1\n {2}\S+: another process has taken it over, /);
  assert.match(said, /\n1 run left to other processes; /);
  assert.equal(runFilesIn('inherited'), ['full.seed1.json']);
  assert.ok(existsSync(`${checkpoint}.lock`), 'it is not this process’s to delete');
  const losses = readSafetensors(checkpoint).tensors.get('training.losses')!;
  assert.is(losses.data.length, 1, 'nothing is written after the takeover');
  assert.not.ok(existsSync(place('inherited', 'weights', WEIGHTS[0]!)));
  rmSync(`${checkpoint}.lock`);
  await run('inherited');
  assertSameOutcome('inherited', 'whole');
});

test('a run that diverges is named at the end, and does not keep the others', async () => {
  const error = await run('diverged', { scale: withRate(1e30) }).then(
    () => assert.unreachable() as never,
    (error: Error) => error,
  );
  assert.match(
    error.message,
    /^failed: Dot product, seed 1: step 2: the loss is .*; Full, "embedded", seed 1: /,
  );
  assert.equal(runFilesIn('diverged'), []);
});

/** Runs with another method of Samples in the place of its own. */
async function withSamples(
  changes: Partial<Record<'psnr' | 'writeCrops', () => Promise<unknown>>>,
  of: () => Promise<void>,
): Promise<void> {
  const { psnr, writeCrops } = Samples.prototype;
  Object.assign(Samples.prototype, changes);
  try {
    await of();
  } finally {
    Object.assign(Samples.prototype, { psnr, writeCrops });
  }
}

test('a validation that is not a number on the way does not lose the run', async () => {
  await withSamples({ psnr: async () => Number.NaN }, async () => {
    await run('validation');
  });
  assert.ok(runsIn('validation').every(({ validationCurve }) => Number.isNaN(validationCurve[0]!.psnr)));
  const { said } = await run('validation');
  assert.is(said.match(/finished before/g)!.length, 2);
});

test('without noise the PSNR of the noisy images has no end, and is kept', async () => {
  const scale = { ...TINY_SCALE, config: { ...TINY_SCALE.config, sigma: 0 } };
  await run('noiseless', { scale });
  assert.ok(runsIn('noiseless').every(({ mean }) => mean.noisy.psnr === Infinity));
  assert.equal(
    resultsIn('noiseless').rows.map(({ noisyPsnr }) => noisyPsnr),
    [Infinity, Infinity],
  );
  assert.is((await run('noiseless', { scale })).said.match(/finished before/g)!.length, 2);
});

test('a checkpoint stays until its run can be read', async () => {
  const crops = [{ image: 'x', noisy: 'elsewhere.png', restored: 'x', truth: 'x' }];
  await withSamples({ writeCrops: async () => crops }, () =>
    fails('unreadable', { only: ['dot'] }, /dotProduct\.seed1\.json: not written, as it .*crops\.0/),
  );
  assert.equal(runFilesIn('unreadable'), []);
  assert.equal(readdirSync(place('unreadable', 'checkpoints')), [WEIGHTS[0]]);
  await run('unreadable');
  assertSameOutcome('unreadable', 'whole');
});

test('--fresh trains again what is asked for, and the runs so far are kept aside', async () => {
  await run('fresh');
  const before = readFileSync(place('fresh', 'runs', 'full.seed1.json'), 'utf8');
  const [, dot] = runsIn('fresh');
  const { said } = await run('fresh', { fresh: true, only: ['full'] });
  assert.match(said, /full\.seed1\.json: is kept as .*full\.seed1\.before-fresh\.json/);
  assert.is(readFileSync(place('fresh', 'runs', 'full.seed1.before-fresh.json'), 'utf8'), before);
  for (const kept of [
    'weights/full.seed1.before-fresh.safetensors',
    'crops/full.seed1.mixed-05.before-fresh.png',
  ])
    assert.ok(existsSync(place('fresh', kept)), kept);
  assert.equal(runsIn('fresh')[1], dot);
  assertSameOutcome('fresh', 'whole');
});

/** Gives the full model's run of a folder other sources, or none; returns what the same command then says. */
async function runWithSources(name: string, sources: Run['sources'], changes: Partial<RunOptions> = {}) {
  await run(name);
  const file = place(name, 'runs', 'full.seed1.json');
  const full = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...full, sources }));
  return (await run(name, changes)).said;
}

const OTHER_HASH = 'c'.repeat(64);

test('runs of other sources of the model are kept aside and trained again; --keep-old uses them', async () => {
  const sources = { ...TINY_SOURCES, model: OTHER_HASH };
  const said = await runWithSources('sources', sources);
  assert.match(
    said,
    /full\.seed1\.json: is of other sources of the model; it is kept as .*\.other-sources\.json/,
  );
  assert.match(said, /\[1\/2\] Dot product, seed 1: finished before, /);
  assert.match(said, /\[2\/2\] Full, "embedded", seed 1; about/);
  assertSameOutcome('sources', 'whole');

  const kept = await runWithSources('kept', sources, { keepOld: true });
  assert.match(kept, /\[2\/2\] Full, "embedded", seed 1: finished before by other sources of the model, \d/);
  assert.match(
    kept,
    /\nin the tables, 1 of 2 runs by other sources of the model: full\.seed1\n--fresh trains/,
  );
  assert.equal(runsIn('kept')[0]!.sources, sources);
});

test('runs of other sources that only the tables use, as the full model’s, are told, and stand in the JSON', async () => {
  const sources = { ...TINY_SOURCES, model: OTHER_HASH };
  const said = await runWithSources('beside-old', sources, { only: ['dot'] });
  assert.not.match(said, /full\.seed1\.json: is of other/);
  assert.match(
    said,
    /\nin the tables, 1 of 2 runs by other sources of the model: full\.seed1\n--fresh trains/,
  );
  assert.equal(resultsIn('beside-old').modelSources, [TINY_SOURCES.model, OTHER_HASH]);
  assert.not.match((await run('beside-old')).said, /in the tables/);
  assert.equal(resultsIn('beside-old').modelSources, [TINY_SOURCES.model]);
});

test('runs of another engine are used, and said to be', async () => {
  const engine = await runWithSources('engine', { ...TINY_SOURCES, engine: OTHER_HASH });
  assert.match(
    engine,
    /"embedded", seed 1: finished before by another engine, whose rounding may differ, \d/,
  );
  assert.is(runsIn('engine')[0]!.sources!.engine, OTHER_HASH);
});

test('runs that name no sources count as other ones', async () => {
  const said = await runWithSources('unnamed', undefined);
  assert.match(said, /full\.seed1\.json: is of sources that the run does not name; it is kept as /);
  assertSameOutcome('unnamed', 'whole');
  const kept = await runWithSources('unnamed-kept', undefined, { keepOld: true });
  assert.match(kept, /"embedded", seed 1: finished before by sources that the run does not name, \d/);
  assert.match(kept, /\nin the tables, 1 of 2 runs by sources that the run does not name: full\.seed1\n/);
  assert.is(runsIn('unnamed-kept')[0]!.sources, undefined);
});

test('runs with other noise are trained again, also with --keep-old, so that all are compared', async () => {
  for (const [name, changes] of [
    ['noise', {}],
    ['noise-kept', { keepOld: true }],
  ] as const) {
    await run(name);
    const file = place(name, 'runs', 'full.seed1.json');
    const full = JSON.parse(readFileSync(file, 'utf8')) as Run;
    for (const { noisy } of [full.mean, ...full.images]) noisy.psnr += 0.02;
    writeFileSync(file, JSON.stringify(full));
    const { said } = await run(name, changes);
    assert.match(said, /full\.seed1\.json: is of a test with other noise .* kept as .*\.other-noise\.json/);
    assertSameOutcome(name, 'whole');
  }
});

test('a training that other sources of the model have begun does not go on', async () => {
  await leaveCheckpoint('begun', { sources: { ...TINY_SOURCES, model: OTHER_HASH } });
  const { said } = await run('begun', { keepOld: true });
  assert.match(said, /was written before the sources of the model were changed; it is kept as .*begins anew/);
  assertSameOutcome('begun', 'whole');
});

test('--fresh that is stopped goes on without it', async () => {
  await run('stopped');
  assert.not.ok((await run('stopped', { fresh: true, signal: AbortSignal.abort() })).finished);
  const { said } = await run('stopped');
  assert.not.match(said, /finished before/);
  assertSameOutcome('stopped', 'whole');
});

function withRate(peak: number): Scale {
  return { ...TINY_SCALE, config: { ...TINY_SCALE.config, schedule: { kind: 'oneCycle', peak } } };
}

test('a run of an older configuration is kept aside; what is the same is used again', async () => {
  await run('older');
  const [full] = runsIn('older');
  const path = place('older', 'runs', 'metric-dotProduct.seed1.json');
  const old = JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), config: full!.config });
  writeFileSync(path, old);
  const { said } = await run('older');
  assert.match(said, /dotProduct\.seed1\.json: is of an older configuration; it is kept as /);
  assert.match(said, /\[2\/2\] Full, "embedded", seed 1: finished before/);
  assert.is(readFileSync(path.replace('.json', '.older-configuration.json'), 'utf8'), old);
  assertSameOutcome('older', 'whole');
});

test('runs of other images are kept aside', async () => {
  await run('images');
  const { said } = await run('images', { data: { ...TINY_DATA, test: TINY_DATA.train } });
  assert.match(said, /full\.seed1\.json: is of other images \(train and test\); it is kept as /);
  assert.equal(runFilesIn('images').length, 4);
  assert.is(runsIn('images')[0]!.images.length, 2);
  assert.is(resultsIn('images').test!.hash, TINY_DATA.train.hash);
});

/** Leaves a checkpoint of the first variant at its last step. */
async function leaveCheckpoint(name: string, changes: Partial<RunOptions> = {}): Promise<string> {
  const checkpoint = place(name, 'checkpoints', WEIGHTS[0]!);
  assert.not.ok(await runUntil(name, () => existsSync(checkpoint), changes));
  return checkpoint;
}

/** Runs until a condition holds, then sends the signal; returns whether the run was finished all the same. */
async function runUntil(name: string, condition: () => boolean, changes: Partial<RunOptions>) {
  const controller = new AbortController();
  let isOver = false;
  const running = run(name, { ...changes, signal: controller.signal }).finally(() => {
    isOver = true;
  });
  while (!condition() && !isOver) await setImmediate();
  controller.abort();
  return (await running).finished;
}

test('a checkpoint of an older configuration is kept aside and does not stand in the way', async () => {
  await leaveCheckpoint('checkpoint', { scale: withRate(0.5) });
  const { said } = await run('checkpoint');
  assert.match(
    said,
    /dotProduct\.seed1\.safetensors: belongs to a run with schedule\.peak = 0\.5, this one has 0\.008; it is kept as .*dotProduct\.seed1\.unusable\.safetensors, and training begins anew/,
  );
  assert.equal(readdirSync(place('checkpoint', 'checkpoints')), [`${RUNS[0]}.unusable.safetensors`]);
  assertSameOutcome('checkpoint', 'whole');
});

test('a damaged checkpoint is kept aside, and by --fresh every one', async () => {
  for (const [name, fresh] of [
    ['damaged', false],
    ['forgotten', true],
  ] as const) {
    writeFileSync(await leaveCheckpoint(name), 'no checkpoint');
    const { said } = await run(name, { fresh });
    const why = fresh ? 'before-fresh' : 'unusable';
    assert.match(said, new RegExp(`kept as .*${why}\\.safetensors`));
    assert.match(
      readdirSync(place(name, 'checkpoints')).join(' '),
      new RegExp(`^\\S+\\.${why}\\.safetensors$`),
    );
    assertSameOutcome(name, 'whole');
  }
});

test('a signal during evaluation ends it after the present image; the same command goes on', async () => {
  // Weights are written between training and evaluation.
  const weights = place('evaluation', 'weights', WEIGHTS[0]!);
  assert.not.ok(await runUntil('evaluation', () => existsSync(weights), {}));
  assert.equal(runFilesIn('evaluation'), []);
  assert.equal(readdirSync(place('evaluation', 'checkpoints')), [WEIGHTS[0]]);
  assert.ok((await run('evaluation')).finished);
  assertSameOutcome('evaluation', 'whole');
});

const STEPS = 60;

function startProcess(name: string) {
  const args = [join(root, name), String(STEPS)];
  return temporary(fork(join(import.meta.dirname, 'tinyProcess.ts'), args, { silent: true }));
}

test('kill -9 in mid-training: the same command ends with the same weights and results, bit for bit', async () => {
  const calm = once(startProcess('calm'), 'exit');
  // The second variant has begun: one is finished, and one goes on from its checkpoint.
  const checkpoint = place('killed', 'checkpoints', WEIGHTS[1]!);
  const child = startProcess('killed');
  const gone = once(child, 'exit');
  while (!existsSync(checkpoint)) {
    assert.is(child.exitCode, null, 'it has ended by itself');
    await setTimeout(2);
  }
  child.kill('SIGKILL');
  assert.equal(await gone, [null, 'SIGKILL']);
  assert.is(runsIn('killed').length, 1);
  assert.not.ok(existsSync(place('killed', 'weights', WEIGHTS[1]!)));
  const again = startProcess('killed');
  let said = '';
  again.stdout!.on('data', (text) => {
    said += text;
  });
  assert.equal(await once(again, 'close'), [0, null]);
  assert.match(said, /\[1\/2\] Dot product, seed 1: finished before/);
  assert.not.match(said, /begins anew/);
  assert.equal(await calm, [0, null]);
  assertSameOutcome('killed', 'calm');
});

async function fails(name: string, changes: Partial<RunOptions>, message: RegExp): Promise<void> {
  const error = await run(name, changes).then(
    () => assert.unreachable(`${message}`),
    (error: Error) => error,
  );
  assert.match(error!.message, message);
}

test('images that are too small and an unknown backend are told before anything is written', async () => {
  const images = [{ name: 'x.png', image: createImage(4, 30) }];
  const small = { name: 'mine', source: 'folder', images, hash: hashImages(images) } as const;
  await fails('never', { data: { ...TINY_DATA, train: small } }, /^mine\/x\.png: 4 x 30 pixels .* 5 x 5/);
  await fails('never', { data: { ...TINY_DATA, test: small } }, /^mine\/x\.png: 4 x 30 pixels .* 11 x 11/);
  await fails(
    'never',
    { backend: 'cuda' },
    /^--backend cuda: unknown; the backends are auto, gpu, wasm, reference, /,
  );
  await fails('never', { threads: 0 }, /^--threads 0: needs a whole number from 1 to \d+$/);
  assert.not.ok(existsSync(join(root, 'never')));
});

test('a folder that cannot be is named; one in the place of a checkpoint is kept aside', async () => {
  writeFileSync(join(root, 'file'), '');
  await fails('file', {}, /file: is a file, name a folder$/);
  await fails('file/below', {}, /file: is a file, name a folder$/);
  mkdirSync(place('taken', 'checkpoints', WEIGHTS[0]!), { recursive: true });
  const { said } = await run('taken', { fresh: true });
  assert.match(said, /seed1\.safetensors: is kept as \S+\.before-fresh\.safetensors/);
  assertSameOutcome('taken', 'whole');
});

test.run();
