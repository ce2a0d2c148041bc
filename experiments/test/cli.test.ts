// Slow: starts processes.

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { generateImage, writePng } from '@nlrn/data';
import { readSafetensors } from '@nlrn/files';
import { temporaryFolder } from '@nlrn/files/test';
import { createNetwork, type NetworkConfig, saveWeights } from '@nlrn/nlrn';
import { referenceBackend } from '@nlrn/tensor';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const folder = temporaryFolder();
const CLI = join(import.meta.dirname, '../cli.ts');

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command whose paths are relative to the test's folder, as they are to a user's. */
function run(args: string): Promise<Outcome> {
  const command = [...process.execArgv, CLI, ...args.split(' ')];
  const env = { ...process.env, INIT_CWD: folder };
  return new Promise((resolve) => {
    execFile(process.execPath, command, { env }, (error, out, err) =>
      resolve({ code: Number(error?.code ?? 0), out, err }),
    );
  });
}

/** `ablation-metrics` with these options must end with code 1 and one line alone, and leave nothing. */
async function fails(options: string, message: RegExp): Promise<void> {
  const { code, out, err } = await run(`ablation-metrics --out out ${options}`);
  assert.match(err, message);
  assert.equal({ code, out, lines: err.trim().split('\n').length }, { code: 1, out: '', lines: 1 }, err);
}

mkdirSync(join(folder, 'images'));
writePng(join(folder, 'images', 'x.png'), generateImage('leaves', { width: 12, height: 40, seed: 1 }));
mkdirSync(join(folder, 'text'));
writeFileSync(join(folder, 'text', 'x.png'), 'no image');

test('the experiments are listed with their variants at each scale', async () => {
  const { code, out } = await run('list');
  assert.is(code, 0);
  assert.match(
    out,
    /^ablation-metrics\n {2}Table 1: .*\n {2}variants, quick: euclidean, dotProduct, .*embeddedGaussian\n/,
  );
  assert.match(
    out,
    /\nneighborhood-size\n.*\n {2}variants, quick: q3, .*whole\n.*\n {2}variants, paper: q15, /,
  );
});

test('`exp … | head -1` does not succeed, says why, and leaves no lock', async () => {
  const command = [
    ...process.execArgv,
    CLI,
    ...'ablation-metrics --only gaussian --out head --backend wasm'.split(' '),
  ];
  const child = spawn(process.execPath, command, { env: { ...process.env, INIT_CWD: folder } });
  const err = text(child.stderr);
  child.stdout.destroy();
  const [code] = await once(child, 'close');
  assert.is(code, 128 + constants.signals.SIGPIPE);
  assert.match(
    await err,
    /^nobody reads the output any more; finishing this step or image; everything is kept$/m,
  );
  const left = readdirSync(join(folder, 'head'), { recursive: true, encoding: 'utf8' });
  assert.not.ok(left.some((name) => /lock|tmp/.test(name)));
});

test('wrong options end with code 1 and one line with what is known', async () => {
  await Promise.all([
    fails(
      '--only gaussain',
      /^--only gaussain: unknown variant; the variants are euclidean, .*embeddedGaussian$/m,
    ),
    fails('--preset huge', /^--preset huge: unknown; the presets are quick, laptop, paper$/m),
    fails(
      '--shard 4/3',
      /^--shard 4\/3: needs a part and a whole, such as 3\/12 for the third of twelve parts$/m,
    ),
    fails('--seeds 1,x', /^--seeds 1,x: needs different whole numbers, such as 1,2,3$/m),
  ]);
  await Promise.all([
    fails('--fresh=3', /^--fresh=3: takes no value$/m),
    fails('--threads many', /^--threads: needs a number$/m),
    fails('--seeds 1 --seeds 2', /^--seeds is given 2 times; give it once$/m),
    fails('--test images --train', /^ablation-metrics: --train needs a value; /),
  ]);
  const all = await run('all --out out --only q5,none');
  assert.match(all.err, /^--only none: unknown variant; the variants are euclidean, .*untied, .*q3, .*T4$/m);
  const keep = await run('keep-weights --on images --weights none.safetensors');
  assert.match(
    keep.err,
    /none\.safetensors: no such file; run "pnpm exp ablation-variants --preset laptop" first$/m,
  );
  mkdirSync(join(folder, 'other', 'images'), { recursive: true });
  cpSync(join(folder, 'images', 'x.png'), join(folder, 'other', 'images', 'x.png'));
  const named = await Promise.all([
    run('keep-weights --weights images/x.png --on images,'),
    run('keep-weights --weights images/x.png --on images,images'),
    run('keep-weights --weights images/x.png --on images,other/images'),
    run('report --from out,'),
    run('all --only q5,'),
  ]);
  assert.equal(
    named.map(({ code, out, err }) => [code, out, err.split('\n')[0]]),
    [
      [1, '', '--on images,: a name is empty; leave the comma out'],
      [1, '', '--on images,images: images is named twice; name it once'],
      [1, '', '--on images,other/images: two folders are called images; rename one, or give it alone'],
      [1, '', '--from out,: a name is empty; leave the comma out'],
      [1, '', '--only q5,: a name is empty; leave the comma out'],
    ],
  );
  assert.equal([all.code, keep.code], [1, 1]);
  assert.not.ok(existsSync(join(folder, 'out')));
});

test('weights are kept with what they achieve, and are what they were', async () => {
  const config: NetworkConfig = { network: 'dncnn', channels: 2, depth: 2 };
  const backend = referenceBackend();
  const network = createNetwork(config, () => 0.3);
  const from = join(folder, 'trained.safetensors');
  await saveWeights(from, { network, config, backend }, { training: '{"sigma":25}' });
  const { code, out, err } = await run(
    'keep-weights --weights trained.safetensors --on images --out new/kept.safetensors --backend reference',
  );
  assert.is(code, 0, err);
  const [psnr] = /(?<=images: )\d+\.\d\d(?= dB)/.exec(out)!;
  const { tensors, metadata } = readSafetensors(join(folder, 'new', 'kept.safetensors'));
  assert.equal(tensors, readSafetensors(from).tensors);
  const { images } = JSON.parse(metadata.evaluation!);
  assert.equal([images.sigma, images.images, images.psnr.toFixed(2)], [25, 1, psnr]);
  assert.is(metadata.training, '{"sigma":25}');
});

test('wrong images end with code 1 and one line that names them', async () => {
  await Promise.all([
    fails('--train none', /none: no such folder; check the path$/m),
    fails('--test text', /text.x\.png: not a PNG image .*; replace it by a whole PNG image$/m),
    fails(
      '--train images --test images',
      /^images\/x\.png: 12 x 40 pixels are too few for patches of 17 x 17; /,
    ),
  ]);
  assert.not.ok(existsSync(join(folder, 'out')));
});

test.run();
