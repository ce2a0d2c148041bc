import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateImage, writePng } from '@nlrn/data';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryFolder } from './temporaryFolder.ts';

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

test('the experiments are listed with their variants', async () => {
  const { code, out } = await run('list');
  assert.is(code, 0);
  assert.match(
    out,
    /^ablation-metrics\n {2}Table 1: .*\n {2}variants: euclidean, dotProduct, .*embeddedGaussian\n/,
  );
});

test('wrong options end with code 1 and one line with what is known', async () => {
  await Promise.all([
    fails(
      '--only gaussain',
      /^--only gaussain: unknown variant; the variants are euclidean, .*embeddedGaussian$/m,
    ),
    fails('--preset huge', /^--preset huge: unknown; the presets are quick, laptop, paper$/m),
    fails('--seeds 1,x', /^--seeds 1,x: needs different whole numbers, such as 1,2,3$/m),
  ]);
  await Promise.all([
    fails('--fresh=3', /^--fresh=3: takes no value$/m),
    fails('--threads many', /^--threads: needs a number$/m),
    fails('--seeds 1 --seeds 2', /^--seeds is given 2 times; give it once$/m),
    fails('--test images --train', /^ablation-metrics: --train needs a value; /),
  ]);
  assert.not.ok(existsSync(join(folder, 'out')));
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
