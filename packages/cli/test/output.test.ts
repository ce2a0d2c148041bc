// Slow: starts processes.

import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { generateImage } from '@nlrn/data';
import { writePng } from '@nlrn/data/node';
import { sharedPath } from '@nlrn/data/test';
import { readSafetensors } from '@nlrn/files';
import { temporaryFolder } from '@nlrn/files/test';
import { loadWeights } from '@nlrn/networks';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const folder = temporaryFolder();
const network = '--channels 3 --embedding 2 --states 1 --neighborhood 3';
const training = (out: string, steps: number) =>
  `train --train . --out ${out}.safetensors --steps ${steps} ${network} --patch 3 --batch 2 --backend reference`;

for (const seed of [1, 2, 3, 4]) {
  writePng(join(folder, `${seed}.png`), generateImage('leaves', { width: 40, height: 40, seed }));
}

const root = join(import.meta.dirname, '../../..');

const start = (command: string, stdio: StdioOptions = 'pipe') =>
  startFile(['packages/cli/src/cli.ts', ...command.split(' ')], stdio);

function startFile([file = '', ...given]: readonly string[], stdio: StdioOptions): ChildProcess {
  const args = [...process.execArgv, join(root, file), ...given];
  return spawn(process.execPath, args, { env: { ...process.env, INIT_CWD: folder }, stdio });
}

const helpOf = (file: string) => [file, '--help'];

/** Waits until a training listens to signals, and the steps that follow have begun. */
async function firstStep({ stderr }: ChildProcess): Promise<void> {
  let said = '';
  while (!said.includes('at the first step')) said += (await once(stderr!, 'data'))[0];
  await setTimeout(300);
}

/** The losses that a training has left in its checkpoint. */
const lossesOf = (out: string) =>
  readSafetensors(join(folder, `${out}.checkpoint.safetensors`)).tensors.get('training.losses')!.data;

const locks = () => readdirSync(folder).filter((name) => /lock|tmp/.test(name));

test('a signal ends a training with a checkpoint, and the exit code tells which', async () => {
  const stop = async (signal: 'SIGHUP' | 'SIGTERM') => {
    const child = start(training(signal, 100_000));
    const [out, err] = [text(child.stdout!), text(child.stderr!)];
    await firstStep(child);
    child.kill(signal);
    const [code] = await once(child, 'close');
    assert.is(code, 128 + constants.signals[signal], await err);
    assert.match(await out, /^training .*\nstopped after step \d+; the checkpoint is /);
  };
  await Promise.all([stop('SIGHUP'), stop('SIGTERM')]);
  assert.equal(locks(), []);
});

test('while an image is restored its share is told, and Ctrl-C ends it at once, with nothing written', async () => {
  const own = join(folder, 'large');
  mkdirSync(own);
  writePng(join(own, 'noisy.png'), generateImage('leaves', { width: 512, height: 512, seed: 9 }));
  // Half a minute: the first line comes after five seconds.
  const child = start(
    'denoise large/noisy.png large/restored.png --sigma 25 --method nlrn --backend reference',
  );
  const out = text(child.stdout!);
  const [told] = await once(child.stderr!, 'data');
  assert.match(String(told), /^restoring \| \d+ % \| .+ left\n$/);
  child.kill('SIGINT');
  const interrupted = performance.now();
  const [, signal] = await once(child, 'close');
  assert.ok(performance.now() - interrupted < 2000, 'it went on');
  assert.is(signal, 'SIGINT');
  assert.is(await out, '');
  assert.equal(readdirSync(own), ['noisy.png']);
});

test('`evaluate | head -1` ends early, without a trace', async () => {
  await once(start(training('short', 1)), 'close');
  const child = start('evaluate . --weights short.safetensors --seeds 0,1,2,3 --backend reference');
  const err = text(child.stderr!);
  await once(child.stdout!, 'data');
  child.stdout!.destroy();
  const [code] = await once(child, 'close');
  assert.is(code, 128 + constants.signals.SIGPIPE);
  assert.is(await err, '');
});

test('`train 2>&1 | head -1` stops with a checkpoint, from which the same command goes on', async () => {
  const child = start(training('head', 100_000));
  await firstStep(child);
  for (const stream of [child.stdout!, child.stderr!]) stream.destroy();
  const [code] = await once(child, 'close');
  assert.is(code, 128 + constants.signals.SIGPIPE);
  assert.ok(lossesOf('head').length > 0);
  assert.equal(locks(), []);
});

const testWithFull = existsSync('/dev/full') ? test : test.skip;

testWithFull(
  '`train > /dev/full` trains to the end, says what is wrong with its output, and does not succeed',
  async () => {
    const full = openSync('/dev/full', 'w');
    const child = start(training('full', 5), ['ignore', full, 'pipe']);
    // Nor may it matter that no message can be written at all.
    const silent = start(training('silent', 5), ['ignore', full, full]);
    const ends = [child, silent].map((one) => once(one, 'close'));
    const err = await text(child.stderr!);
    assert.equal((await Promise.all(ends)).flat(), [1, null, 1, null]);
    assert.match(
      err,
      /^standard output cannot be written: the disk is full, make room first; the work goes on$/m,
    );
    assert.not.match(err, /\n {4}at /);
    for (const out of ['full', 'silent']) loadWeights(join(folder, `${out}.safetensors`));
    assert.equal(locks(), []);
    closeSync(full);
  },
);

testWithFull(
  'no command line succeeds into /dev/full: not one that sets an exit code, nor one that only helps',
  async () => {
    const set12 = sharedPath('set12');
    const commands = [
      ...['packages/cli/src/cli.ts', 'experiments/cli.ts', 'datasets/cli.ts', 'bench/cli.ts'].map(helpOf),
      ...['bench/gpu/cli.ts', 'test/run.ts'].map(helpOf),
      ...(set12 ? [['datasets/cli.ts', 'check', set12]] : []),
    ];
    for (const command of commands) {
      const full = openSync('/dev/full', 'w');
      const child = startFile(command, ['ignore', full, 'pipe']);
      const [err, [code]] = await Promise.all([text(child.stderr!), once(child, 'close')]);
      closeSync(full);
      assert.is(code, 1, command.join(' '));
      assert.match(
        err,
        /^standard output cannot be written: the disk is full, make room first(; the work goes on)?\n$/,
      );
    }
  },
);

test.run();
