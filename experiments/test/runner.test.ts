import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { createImage, hashImages } from '@nlrn/data';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Scale } from '../lib/experiment.ts';
import { type Results, readResults } from '../lib/results.ts';
import { type RunOptions, runExperiment } from '../lib/runner.ts';
import { temporaryFolder } from './temporaryFolder.ts';
import { TINY_DATA, TINY_EXPERIMENT, TINY_SCALE, tinyOptions } from './tiny.ts';

const root = temporaryFolder();
const WEIGHTS = ['dot', 'full'].map((name) => `tiny-metrics.${name}.seed1.safetensors`);

/** Runs the tiny experiment in a folder of the test's; returns what it says. */
async function run(name: string, changes: Partial<RunOptions> = {}) {
  const said: string[] = [];
  const out = join(root, name);
  const finished = await runExperiment(tinyOptions(out, { say: (line) => said.push(line), ...changes }));
  return { finished, said: said.join('\n') };
}

const place = (name: string, ...path: string[]) => join(root, name, 'tiny', ...path);

function resultsIn(name: string, file = 'tiny-metrics.json'): Results {
  const results = readResults(place(name, file));
  if (typeof results === 'string') return assert.unreachable(results) as never;
  return results;
}

/** The runs without what a clock says. */
const timeless = ({ runs }: Results) =>
  runs.map((run) => ({ ...run, trainingSeconds: 0, evaluationSeconds: 0, finished: '' }));

const weightsIn = (name: string) => WEIGHTS.map((file) => readFileSync(place(name, 'weights', file)));

function assertSameOutcome(name: string, other: string): void {
  assert.equal(timeless(resultsIn(name)), timeless(resultsIn(other)));
  assert.equal(weightsIn(name), weightsIn(other));
}

test('a table from nothing: results, table, plot and weights, and no checkpoint is left', async () => {
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
    'tiny-metrics.csv',
    'tiny-metrics.json',
    'tiny-metrics.svg',
    'weights',
  ]);
  assert.equal(readdirSync(place('whole', 'checkpoints')), []);
  assert.equal(readdirSync(place('whole', 'weights')), WEIGHTS);
  const { runs, train, environment } = resultsIn('whole');
  assert.equal(
    runs.map(({ variant, seed, config }) => [variant, seed, config.network]),
    TINY_EXPERIMENT.variants.map(({ name, network }) => [
      name,
      1,
      { ...TINY_SCALE.config.network, ...network },
    ]),
  );
  assert.is(train.hash, TINY_DATA.train.hash);
  assert.is(environment.command, 'pnpm exp tiny-metrics');
  for (const { images, mean, lossCurve } of runs) {
    assert.is(images.length, 3);
    assert.is(mean.restored.psnr, images.reduce((sum, image) => sum + image.restored.psnr, 0) / 3);
    assert.is(lossCurve.length, 2);
  }
});

test('what is finished is not trained again; --only and --seeds add to the file, in any order', async () => {
  await run('added', { only: ['full'] });
  const [first] = resultsIn('added').runs;
  const second = await run('added');
  assert.match(second.said, /\[1\/2\] Dot product, seed 1\n/);
  assert.match(second.said, /\[2\/2\] Full, "embedded", seed 1: finished before, \d+\.\d\d dB/);
  assert.equal(resultsIn('added').runs[0], first);
  assert.equal(timeless(resultsIn('added')).toReversed(), timeless(resultsIn('whole')));
  await run('added', { only: ['dot'], seeds: [2, 3] });
  assert.equal(
    resultsIn('added').runs.map(({ variant, seed }) => `${variant} ${seed}`),
    ['full 1', 'dot 1', 'dot 2', 'dot 3'],
  );
  assert.match(readFileSync(place('added', 'tiny-metrics.csv'), 'utf8'), /\ndot,Dot product,3,/);
});

test('--fresh trains again what is asked for, and the results so far are kept aside', async () => {
  await run('fresh');
  const before = resultsIn('fresh');
  const { said } = await run('fresh', { fresh: true, only: ['full'] });
  assert.match(said, /the results so far are kept as .*tiny-metrics\.before-fresh\.json/);
  assert.equal(resultsIn('fresh', 'tiny-metrics.before-fresh.json'), before);
  const after = resultsIn('fresh');
  assert.equal(after.runs[0], before.runs[0]);
  assert.is.not(after.runs[1]!.finished, before.runs[1]!.finished);
  assertSameOutcome('fresh', 'whole');
});

test('--fresh that is stopped goes on without it', async () => {
  await run('stopped');
  assert.not.ok((await run('stopped', { fresh: true, signal: AbortSignal.abort() })).finished);
  const { said } = await run('stopped');
  assert.not.match(said, /finished before/);
  assertSameOutcome('stopped', 'whole');
});

const withRate = (peak: number): Scale => ({
  ...TINY_SCALE,
  config: { ...TINY_SCALE.config, schedule: { kind: 'oneCycle', peak } },
});

test('results of an older configuration are kept aside; what is the same is carried over', async () => {
  await run('older');
  const before = resultsIn('older');
  const [dot, full] = TINY_EXPERIMENT.variants;
  const experiment = { ...TINY_EXPERIMENT, variants: [dot!, { ...full!, network: { states: 2 } }] };
  const { said } = await run('older', { experiment });
  assert.match(said, /has results of an older configuration; they are kept as .*\.older-configuration\.json/);
  assert.equal(resultsIn('older', 'tiny-metrics.older-configuration.json'), before);
  const after = resultsIn('older');
  assert.equal(after.runs[0], before.runs[0]);
  assert.is(after.runs[1]!.config.network.network === 'nlrn' && after.runs[1]!.config.network.states, 2);
});

test('results of other images are kept aside', async () => {
  await run('images');
  const before = resultsIn('images');
  const { said } = await run('images', { data: { ...TINY_DATA, test: TINY_DATA.train } });
  assert.match(said, /has results of other images \(train and test\)/);
  assert.equal(resultsIn('images', 'tiny-metrics.other-images.json'), before);
  assert.is(resultsIn('images').runs[0]!.images.length, 2);
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
  const running = run(name, { ...changes, signal: controller.signal });
  while (!condition()) await setImmediate();
  controller.abort();
  return (await running).finished;
}

test('a checkpoint of an older configuration is kept aside and does not stand in the way', async () => {
  await leaveCheckpoint('checkpoint', { scale: withRate(0.5) });
  const { said } = await run('checkpoint');
  assert.match(
    said,
    /dot\.seed1\.safetensors: belongs to a run with schedule\.peak = 0\.5, this one has 0\.008; it is kept as .*dot\.seed1\.unusable\.safetensors, and training begins anew/,
  );
  assert.equal(readdirSync(place('checkpoint', 'checkpoints')), [
    'tiny-metrics.dot.seed1.unusable.safetensors',
  ]);
  assertSameOutcome('checkpoint', 'whole');
});

test('a damaged checkpoint is kept aside; --fresh deletes it', async () => {
  for (const [name, fresh] of [
    ['damaged', false],
    ['deleted', true],
  ] as const) {
    writeFileSync(await leaveCheckpoint(name), 'no checkpoint');
    const { said } = await run(name, { fresh });
    assert.is(/kept as .*unusable\.safetensors/.test(said), !fresh);
    assert.is(readdirSync(place(name, 'checkpoints')).length, fresh ? 0 : 1);
    assertSameOutcome(name, 'whole');
  }
});

test('a signal during evaluation ends it after the present image; the same command goes on', async () => {
  // Weights are written between training and evaluation.
  const weights = place('evaluation', 'weights', WEIGHTS[0]!);
  assert.not.ok(await runUntil('evaluation', () => existsSync(weights), {}));
  assert.not.ok(existsSync(place('evaluation', 'tiny-metrics.json')));
  assert.equal(readdirSync(place('evaluation', 'checkpoints')), [WEIGHTS[0]]);
  assert.ok((await run('evaluation')).finished);
  assertSameOutcome('evaluation', 'whole');
});

const STEPS = 60;

function startProcess(name: string) {
  const args = [join(root, name), String(STEPS)];
  return fork(join(import.meta.dirname, 'tinyProcess.ts'), args, { silent: true });
}

test('kill -9 in mid-training: the same command ends with the same weights and results, bit for bit', async () => {
  const calm = once(startProcess('calm'), 'exit');
  const child = startProcess('killed');
  const gone = once(child, 'exit');
  // The second variant has begun: one is finished, and one goes on from its checkpoint.
  const checkpoint = place('killed', 'checkpoints', WEIGHTS[1]!);
  while (!existsSync(checkpoint)) await setTimeout(2);
  child.kill('SIGKILL');
  assert.equal(await gone, [null, 'SIGKILL']);
  assert.is(resultsIn('killed').runs.length, 1);
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

test('a folder that cannot be, and a folder in the place of the results, are named', async () => {
  writeFileSync(join(root, 'file'), '');
  await fails('file', {}, /file: is a file, name a folder$/);
  await fails('file/below', {}, /file: is a file, name a folder$/);
  mkdirSync(place('taken', 'checkpoints', WEIGHTS[0]!), { recursive: true });
  await fails(
    'taken',
    { fresh: true },
    /seed1\.safetensors: cannot be deleted; a folder of that name is in the way$/,
  );
});

test.run();
