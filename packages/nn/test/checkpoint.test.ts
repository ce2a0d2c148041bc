// Slow: starts processes.

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { readSafetensors, type Safetensors, writeSafetensors } from '@nlrn/files';
import { temporaryChildren, temporaryFolder } from '@nlrn/files/test';
import { Random, referenceBackend } from '@nlrn/tensor';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { resumeCheckpoint, saveCheckpoint, type TrainingRun, type TrainingState } from '../src/checkpoint.ts';
import { CheckpointError } from '../src/trainingError.ts';
import { createTrainingStep } from '../src/trainingStep.ts';
import { TINY_RUN, tinyNetwork } from './tiny.ts';

const temporary = temporaryChildren(test);
const folder = temporaryFolder();
const path = join(folder, 'run.checkpoint.safetensors');

/** A run with random values in all of its variables. */
function randomRun(seed: number): TrainingRun {
  const random = new Random(seed);
  const { variables } = createTrainingStep(tinyNetwork(), TINY_RUN);
  const backend = referenceBackend();
  for (const variable of variables)
    backend.write(
      variable,
      variable.initial.map(() => random.uniform()),
    );
  return { config: TINY_RUN, dataHash: 'hash', sources: 'today', variables, backend };
}

const valuesOf = ({ variables, backend }: TrainingRun) =>
  Promise.all(variables.map((variable) => backend.read(variable)));

test('everything comes back: parameters, statistics, Adam, losses and time', async () => {
  const [run, other] = [randomRun(1), randomRun(2)];
  const state: TrainingState = {
    losses: [0.1, 0.2, 0.3],
    validation: [
      { step: 1, psnr: 20.5 },
      { step: 3, psnr: 21.25 },
    ],
    validatedOn: 'the hash of some images',
    seconds: 12.25,
    coreSeconds: 20.5,
  };
  await saveCheckpoint(path, run, state);
  assert.not.equal(await valuesOf(other), await valuesOf(run));
  assert.equal(resumeCheckpoint(path, other), state);
  assert.equal(await valuesOf(other), await valuesOf(run));
  await saveCheckpoint(path, run, { ...state, validation: [] });
  assert.equal(resumeCheckpoint(path, other)!.validation, []);
});

test('without a checkpoint there is nothing to go on from', () => {
  assert.is(resumeCheckpoint(join(folder, 'none'), randomRun(1)), undefined);
});

const ONE_STEP: TrainingState = { losses: [0.1], validation: [], seconds: 1, coreSeconds: 2 };

async function refused(change: (file: Safetensors) => Safetensors, message: RegExp): Promise<void> {
  await saveCheckpoint(path, randomRun(1), ONE_STEP);
  const { tensors, metadata } = change(readSafetensors(path));
  writeSafetensors(path, tensors, metadata);
  const run = randomRun(2);
  const before = await valuesOf(run);
  assert.throws(
    () => resumeCheckpoint(path, run),
    (error: Error) =>
      error instanceof CheckpointError &&
      error.message.startsWith(`${path}: `) &&
      error.message.endsWith('delete it to train from the start') &&
      message.test(error.message),
  );
  assert.equal(await valuesOf(run), before);
}

test('a damaged checkpoint is refused with its name and the remedy, and changes nothing', async () => {
  const without = (name: string) => (file: Safetensors) => ({
    ...file,
    tensors: new Map([...file.tensors].filter(([other]) => other !== name)),
  });
  const saying = (change: Record<string, string>) => (file: Safetensors) => ({
    ...file,
    metadata: { ...file.metadata, ...change },
  });
  await refused(without('training.losses'), /training\.losses does not have one loss for each step/);
  await refused(without('training.validation'), /training\.validation does not have pairs of step and PSNR/);
  await refused(without('conv1.weight.m'), /lacks the tensor conv1\.weight\.m/);
  await refused(saying({ content: 'weights' }), /is no checkpoint: content: /);
  await refused(saying({ config: '{' }), /its configuration is not JSON/);
  await refused(saying({ config: '{"seed":1,"seed":2}' }), /its configuration has the key seed twice/);
  await refused(saying({ seconds: 'many' }), /is no checkpoint: seconds: /);
  await refused(saying({ seconds: '' }), /is no checkpoint: seconds: /);
  await refused(saying({ coreSeconds: '-1' }), /is no checkpoint: coreSeconds: /);
  const older =
    /was written before the sources of the model were changed; .* or delete it to train from the start/;
  await refused(saying({ sources: 'yesterday' }), older);
  await refused(({ tensors, metadata: { sources: _, ...metadata } }) => ({ tensors, metadata }), older);
  await refused((file) => {
    file.tensors.get('conv1.weight.v')!.data[0] = NaN;
    return file;
  }, /conv1\.weight\.v holds NaN/);
  await refused((file) => {
    file.tensors.get('conv1.weight.v')!.data[1] = -1;
    return file;
  }, /conv1\.weight\.v holds -1 at element 1/);
});

test('a checkpoint that could not be read again is not written, and the one before it stays', async () => {
  await saveCheckpoint(path, randomRun(1), ONE_STEP);
  const before = readFileSync(path);
  const run = randomRun(2);
  const failures: readonly (readonly [TrainingState, RegExp])[] = [
    [{ ...ONE_STEP, losses: [Number.NaN] }, /training\.losses does not have one loss for each step/],
    [{ ...ONE_STEP, losses: Array(9).fill(1) }, /training\.losses does not have one loss for each step/],
    [{ ...ONE_STEP, validation: [{ step: 2, psnr: 20 }] }, /training\.validation does not have pairs/],
    [{ ...ONE_STEP, seconds: Infinity }, /is no checkpoint: seconds: /],
  ];
  for (const [state, message] of failures) {
    await saveCheckpoint(path, run, state).then(
      () => assert.unreachable(`${message}`),
      (error: Error) => assert.match(error.message, message),
    );
  }
  const variance = run.variables.find(({ name }) => name === 'conv1.norm.variance')!;
  run.backend.write(variance, [Infinity, 1, 1]);
  await saveCheckpoint(path, run, ONE_STEP).then(
    () => assert.unreachable('an infinite variance'),
    (error: Error) =>
      assert.match(error.message, /^step 1: conv1\.norm\.variance is Infinity at element 0; /),
  );
  assert.equal(readFileSync(path), before);
  const odd = {
    ...ONE_STEP,
    losses: [1e30, 1e-30],
    validation: [{ step: 2, psnr: Number.NaN }],
    seconds: 1e-7,
  };
  await saveCheckpoint(path, randomRun(1), odd);
  assert.equal(resumeCheckpoint(path, randomRun(1)), odd);
});

test('a checkpoint that was cut off is refused with its name and the remedy', async () => {
  await saveCheckpoint(path, randomRun(1), ONE_STEP);
  const bytes = readFileSync(path);
  for (const length of [0, 7, 100, bytes.length - 1]) {
    writeFileSync(path, bytes.subarray(0, length));
    assert.throws(
      () => resumeCheckpoint(path, randomRun(2)),
      /truncated.*; this checkpoint cannot be used, delete it/,
    );
  }
});

function startTraining(checkpoint: string, out: string): ChildProcess {
  return temporary(
    fork(join(import.meta.dirname, 'trainTinyProcess.ts'), [checkpoint, out], { silent: true }),
  );
}

/** Runs the child to its end; returns the first step that it takes. */
async function finish(child: ChildProcess): Promise<number> {
  let printed = '';
  child.stdout!.on('data', (text) => {
    printed += text;
  });
  const [code] = await once(child, 'exit');
  assert.is(code, 0);
  return Number.parseInt(printed, 10);
}

test('kill -9 in mid-training: the same command ends with the same weights, bit for bit', async () => {
  const [checkpoint, out, calm] = ['killed.checkpoint', 'killed', 'calm'].map((name) => join(folder, name));
  const undisturbed = finish(startTraining(`${calm}.checkpoint`, calm!));
  const child = startTraining(checkpoint!, out!);
  for await (const step of createInterface(child.stdout!)) if (step === '20') child.kill('SIGKILL');
  assert.not.ok(existsSync(out!));
  const resumedAt = await finish(startTraining(checkpoint!, out!));
  assert.ok(resumedAt > 18 && resumedAt < 60, `${resumedAt}`);
  await undisturbed;
  assert.equal(readFileSync(out!), readFileSync(calm!));
  assert.equal(
    readdirSync(folder).filter((name) => /^killed/.test(name)),
    ['killed', 'killed.checkpoint'],
  );
});

test.run();
