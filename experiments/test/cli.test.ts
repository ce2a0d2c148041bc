// Slow: starts processes.

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { CLASSIC } from '@nlrn/classic';
import { assertRefused, inFolder } from '@nlrn/cli/test';
import { createImage, generateImage, noisyVersion, srBicubic, srPair, srQuality, toLuma8 } from '@nlrn/data';
import { loadFolder, writePng } from '@nlrn/data/node';
import { readSafetensors } from '@nlrn/files';
import { temporaryFolder } from '@nlrn/files/test';
import { createNetwork, type NetworkConfig } from '@nlrn/networks';
import { quality, restoreImage, saveWeights } from '@nlrn/nn';
import { referenceBackend } from '@nlrn/tensor';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EXPERIMENTS } from '../catalogue.ts';
import { expCli } from '../expCli.ts';
import { scaleOf, variantsAt } from '../lib/experiment.ts';

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

/** `ablation-metrics` with these options must end with one line that a user understands. */
const fails = (options: string, message: RegExp) =>
  assertRefused(expCli, `ablation-metrics --out out ${options}`, message);

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

test('what a user can mend ends with code 1 and one line', async () => {
  const { code, out, err } = await run('ablation-metrics --out out --preset huge');
  const expected = '--preset huge: unknown; the presets are quick, laptop, paper\n';
  assert.equal({ code, out, err }, { code: 1, out: '', err: expected });
});

test('wrong options are told with what is known', () =>
  inFolder(folder, async () => {
    const refused = (args: string, message: RegExp) => assertRefused(expCli, args, message);
    await fails(
      '--only gaussain',
      /^--only gaussain: unknown variant; the variants are euclidean, .*embeddedGaussian$/,
    );
    await fails('--neighborhood 4', /^--neighborhood 4: q must be odd, /);
    await fails('--batch 1e9', /^--batch 1000000000: needs to be <=1024$/);
    await fails('--shard 4/3', /^--shard 4\/3: needs a part and a whole, such as 3\/12 for the third of /);
    await fails('--seeds 1,x', /^--seeds 1,x: needs different whole numbers, such as 1,2,3$/);
    await fails('--fresh=3', /^--fresh=3: takes no value$/);
    await fails('--threads many', /^--threads many: needs a number$/);
    await fails('--seeds 1 --seeds 2', /^--seeds: is given 2 times; give it once$/);
    await fails('--test images --train', /^--train: its value is missing; /);
    const variants = EXPERIMENTS.flatMap((experiment) =>
      variantsAt(scaleOf('quick'), experiment).map(({ name }) => name),
    );
    await refused(
      'all --out out --only q5,none',
      new RegExp(`^--only none: unknown variant; the variants are ${[...new Set(variants)].join(', ')}$`),
    );
    await refused(
      'keep-weights --on images --weights none.safetensors',
      /^--weights \S+none\.safetensors: no such file; check the path$/,
    );
    const trained = join(import.meta.dirname, '../../results/laptop/weights/full.seed1.safetensors');
    await refused(
      'keep-weights --on images',
      existsSync(trained)
        ? /nlrn-laptop-s25\.safetensors: exists already; /
        : /^--weights is not given, and there is no \S+full\.seed1\.safetensors; name a file, such as runs\/full\/laptop\/weights\/full\.seed1\.safetensors of "pnpm exp ablation-variants --preset laptop .* --out runs\/full"$/,
    );
    assert.not.ok(existsSync(join(folder, 'out')));
  }));

test('lists without names, and two things of one name, are refused', () =>
  inFolder(folder, async () => {
    const refused = (args: string, message: RegExp) => assertRefused(expCli, args, message);
    mkdirSync(join(folder, 'other', 'images'), { recursive: true });
    cpSync(join(folder, 'images', 'x.png'), join(folder, 'other', 'images', 'x.png'));
    const keep = 'keep-weights --weights images/x.png --out new.safetensors --on';
    await refused(`${keep} images,`, /^--on images,: a name is empty; leave the comma out$/);
    await refused(`${keep} images,images`, /^--on images,images: images is named twice; name it once$/);
    await refused(
      `${keep} images,other/images`,
      /^--on \S+: two folders are called images; rename one, or give it alone$/,
    );
    await refused('report --from out,', /^--from out,: a name is empty; leave the comma out$/);
    await refused('all --only q5,', /^--only q5,: a name is empty; leave the comma out$/);
  }));

test('a run of one variant at sizes of its own has a folder of its own, a table of its own, and next steps', async () => {
  const sizes = '--states 1 --channels 4 --neighborhood 3 --steps 2 --batch 2 --patch 12';
  const command = `ablation-metrics --only embeddedGaussian --train images --test images ${sizes}`;
  const { code, out, err } = await run(`${command} --out own --backend reference`);
  assert.is(code, 0, err);
  const own = join(folder, 'own');
  const name = 'quick-states1-channels4-neighborhood3-steps2-batch2-patch12-own';
  const [, table] = out.split(/^Table 1: .*sigma 25$/m);
  assert.match(
    table!,
    /\nEmbedded Gaussian +\d+\.\d\d .* full model\nin dB.*\nnot run: Euclidean distance, Dot product, /,
  );
  const weights = join(own, name, 'weights', 'full.seed1.safetensors');
  assert.ok(existsSync(weights));
  assert.ok(
    out.endsWith(
      [
        'next:',
        `  pnpm exp report --out ${own}`,
        '      one page of all results',
        `  pnpm nlrn denoise noisy.png clean.png --weights ${weights}`,
        '      with the full model\n',
      ].join('\n'),
    ),
    out,
  );
  const report = await run('report --out own');
  assert.is(report.code, 0, report.err);
  assert.ok(existsSync(join(own, name, 'index.html')));
  assert.ok(existsSync(join(own, 'run.schema.json')));
});

test('weights are kept with what they achieve, and are what they were', async () => {
  const config: NetworkConfig = { network: 'dncnn', channels: 2, depth: 2 };
  const backend = referenceBackend();
  const network = createNetwork(config, () => 0.3);
  const from = join(folder, 'trained.safetensors');
  await saveWeights(from, { network, config, backend }, { training: '{"sigma":25}' });
  const { code, out, err } = await run(
    'keep-weights --weights trained.safetensors --trained-on Greys --on images --out new/kept.safetensors --backend reference',
  );
  assert.is(code, 0, err);
  const [psnr] = /(?<=images, sigma 25: )\d+\.\d\d(?= dB)/.exec(out)!;
  const { tensors, metadata } = readSafetensors(join(folder, 'new', 'kept.safetensors'));
  assert.equal(tensors, readSafetensors(from).tensors);
  const { images } = JSON.parse(metadata.evaluation!);
  assert.equal([images.sigma, images.images, images.psnr.toFixed(2)], [25, 1, psnr]);
  const levels = Object.entries(JSON.parse(metadata.evaluation!)).map(([key]) => key);
  const others = [5, 10, 15, 40, 50].map((sigma) => `images, sigma ${sigma}`);
  assert.equal(levels.toSorted(), ['images', ...others].toSorted());
  // The picture is BM3D's: the figure beside is what BM3D makes of the same noise.
  const item = loadFolder(join(folder, 'images')).images[0]!;
  const restored = await CLASSIC.bm3d.run(noisyVersion(item, 25, 0), { sigma: 25, threads: 1 });
  assert.ok(Math.abs(images.bm3d - quality(item, restored).psnr) < 1e-9);
  const card = readFileSync(join(folder, 'new', 'kept.md'), 'utf8');
  assert.match(card, /^# kept\n\n\d+ parameters, \d+ bytes, made by `pnpm exp keep-weights` at commit /);
  assert.match(card, /\n## What it was trained on\n\nGreys with the hash unknown\./);
  assert.match(card, new RegExp(`\\| images \\(1\\) \\| 25 \\| ${psnr} \\| `));
  assert.match(card, /\n## Where it fails\n\n/);
  assert.is(metadata.training, '{"sigma":25}');
});

test('weights that enlarge are kept with what they achieve beside bicubic interpolation', async () => {
  const config: NetworkConfig = { network: 'vdsr', channels: 2, depth: 2 };
  const backend = referenceBackend();
  const network = createNetwork(config, () => 0.5);
  const training = '{"sigma":0,"factors":[2,4],"batch":8,"patch":32,"steps":1000}';
  mkdirSync(join(folder, 'colours'));
  const grey = generateImage('leaves', { width: 37, height: 40, seed: 2 });
  const colours = createImage(
    37,
    40,
    3,
    Float32Array.from({ length: 3 * 37 * 40 }, (_, i) => grey.data[Math.floor(i / 3)]! ** (1 + (i % 3))),
  );
  writePng(join(folder, 'colours', 'y.png'), colours);
  await saveWeights(join(folder, 'sr.safetensors'), { network, config, backend }, { training });
  const keep = 'keep-weights --weights sr.safetensors --out new/sr.safetensors --backend reference';
  const { code, out, err } = await run(`${keep} --on colours`);
  assert.is(code, 0, err);
  const luma = toLuma8(loadFolder(join(folder, 'colours'), { grey: false }).images[0]!.image);
  const { metadata } = readSafetensors(join(folder, 'new', 'sr.safetensors'));
  const figures = JSON.parse(metadata.evaluation!);
  assert.equal(Object.keys(figures), ['colours, x2', 'colours, x4']);
  for (const scale of [2, 4] as const) {
    const pair = srPair(luma, scale);
    const made = await restoreImage(network, backend, pair.enlarged);
    const { psnr, ssim } = srQuality(pair.truth, made, scale);
    const bicubic = srQuality(pair.truth, srBicubic(pair), scale).psnr;
    const found = figures[`colours, x${scale}`];
    assert.equal([found.scale, found.images], [scale, 1]);
    const differences = [found.psnr - psnr, found.ssim - ssim, found.bicubic - bicubic];
    assert.ok(
      differences.every((difference) => Math.abs(difference) < 1e-6),
      differences.join(),
    );
    assert.ok(
      out.includes(
        `colours, x${scale}: ${psnr.toFixed(2)} dB, SSIM ${ssim.toFixed(4)}, bicubic ${bicubic.toFixed(2)} dB`,
      ),
    );
  }
  const card = readFileSync(join(folder, 'new', 'sr.md'), 'utf8');
  assert.match(
    card,
    /\nLuma made 2, 4 times smaller, and enlarged again, by bicubic interpolation; 1000 steps of 8 /,
  );
  assert.match(card, /\nThe luma of pictures that are to become 2, 4 times as large: `upscale` takes it/);
  assert.match(card, /\n\| images \| scale \| PSNR \(dB\) \| SSIM \| Bicubic interpolation \(dB\) \|\n/);
  assert.match(card, /\n\| colours \(1\) \| 4 \| /);
  const small = await run(`${keep} --force --on images`);
  assert.match(
    small.err,
    /images\/x\.png: 12 x 40 pixels are too few, x2 needs at least 16 x 16; leave it out\n$/,
  );
});

test('keep-weights overwrites nothing without --force, and asks before it tests', () =>
  inFolder(folder, async () => {
    const refused = (args: string, message: RegExp) =>
      assertRefused(expCli, `keep-weights --on images ${args}`, message);
    await refused(
      '--weights text/x.png',
      /^--out \S+nlrn-laptop-s25\.safetensors: exists already; .*--force to overwrite it$/,
    );
    await refused(
      '--weights text/x.png --out kk.txt',
      /^--out \S+kk\.txt: its name must end in \.safetensors$/,
    );
    mkdirSync(join(folder, 'folder.safetensors'));
    await refused(
      '--weights text/x.png --out folder.safetensors',
      /folder\.safetensors: is a folder, name a file$/,
    );
    writeFileSync(join(folder, 'taken.safetensors'), 'mine');
    await refused(
      '--weights text/x.png --out taken.safetensors',
      /taken\.safetensors: exists already; name another file, or /,
    );
    await refused(
      '--out taken.safetensors --weights taken.safetensors',
      /taken\.safetensors: is the input; /,
    );
    writeFileSync(join(folder, 'README.md'), 'mine');
    await refused(
      '--weights text/x.png --out README.safetensors',
      /^--out \S+README\.md: exists already; name another file, or --force to overwrite it$/,
    );
    await refused(
      '--weights text/x.png --out taken.safetensors --force',
      /x\.png: is truncated or no safetensors file/,
    );
    assert.is(readFileSync(join(folder, 'taken.safetensors'), 'utf8'), 'mine');
  }));

test('wrong images are named', () =>
  inFolder(folder, async () => {
    await fails('--train none', /none: no such folder; check the path$/);
    await fails('--test text', /text.x\.png: not a PNG image .*; replace it by a whole PNG image$/);
    await fails(
      '--train images --test images',
      /^images\/x\.png: 12 x 40 pixels are too few for patches of 17 x 17; /,
    );
    assert.not.ok(existsSync(join(folder, 'out')));
  }));

test.run();
