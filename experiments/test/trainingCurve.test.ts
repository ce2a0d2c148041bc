import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assertRefused } from '@nlrn/cli/test';
import { writeSafetensors } from '@nlrn/files';
import { temporaryFolder } from '@nlrn/files/test';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { expCli } from '../expCli.ts';
import { trainingCurveCommand } from '../trainingCurve.ts';

const folder = temporaryFolder();
const out = join(folder, 'new', 'curve.svg');

/** A checkpoint of 4 steps that took an hour of cores, with tests after some of them. */
function checkpoint(name: string, validation: readonly number[]): string {
  const path = join(folder, `${name}.checkpoint.safetensors`);
  const tensors = new Map([
    ['training.losses', { shape: [4], data: Float64Array.of(0.4, 0.3, 0.2, 0.1) }],
    ['training.validation', { shape: [validation.length / 2, 2], data: Float64Array.from(validation) }],
  ]);
  const facts = { content: 'checkpoint', config: '{}', dataHash: '', seconds: '1800', coreSeconds: '3600' };
  writeSafetensors(path, tensors, facts, () => {});
  return path;
}

test('a point a test, with what had been spent by then; lines to compare with', async () => {
  const path = checkpoint('run', [2, 26.5, 4, 29.25]);
  await trainingCurveCommand.handler({ checkpoint: path, lines: 'BM3D=29.97', out });
  assert.is(
    readFileSync(join(folder, 'new', 'curve.csv'), 'utf8'),
    'step,core_hours,psnr\n2,0.500,26.500\n4,1.000,29.250\n',
  );
  const svg = readFileSync(out, 'utf8');
  assert.match(svg, /aria-label="PSNR on the way against core-hours: run\.checkpoint\.safetensors"/);
  assert.match(svg, />BM3D</);
  assert.is(svg.match(/<circle/g)?.length, 2);
});

const drawn = async (name: string, validation: readonly number[], lines?: string) => {
  await trainingCurveCommand.handler({ checkpoint: checkpoint(name, validation), lines, out });
  return readFileSync(out, 'utf8');
};

test('a test far below the best is no point of the curve: the line breaks, a mark is at the edge, and the heading says it', async () => {
  const svg = await drawn('fallen', [1, 27, 2, 6.2, 3, 28, 4, 29.25]);
  assert.is(svg.match(/<circle/g)?.length, 3);
  assert.is(svg.match(/>▾</g)?.length, 1);
  assert.match(svg, /d="M[^ML]+ZM[^ML]+L[^ML]+"/);
  assert.match(svg, />▾: a test more than 4 dB below the best; 1 of them, the least 6\.2 dB</);
  assert.not.match(await drawn('steady', [1, 27, 4, 29.25]), /▾/);
});

test('a line to compare with that is far below the best is named in the heading', async () => {
  const svg = await drawn('compared', [1, 27, 4, 29.25], 'noisy=20.2,BM3D=29');
  assert.match(svg, />Further below: noisy 20\.2 dB</);
  assert.equal(
    [...svg.matchAll(/>(noisy|BM3D)</g)].map(([, name]) => name),
    ['BM3D'],
  );
  assert.not.match(await drawn('beside', [1, 27, 4, 29.25], 'BM3D=29'), /Further below/);
});

test('the ticks have as many digits as their step', async () => {
  const ticksOf = (svg: string) => [...svg.matchAll(/>(\d\d(?:\.\d+)?)</g)].map(([, text]) => text!);
  const fine = ticksOf(await drawn('fine', [1, 33.3, 4, 33.56]));
  assert.equal(fine, ['33.30', '33.35', '33.40', '33.45', '33.50', '33.55']);
  assert.equal(ticksOf(await drawn('coarse', [1, 26, 4, 30])), ['26', '27', '28', '29', '30']);
});

test('what cannot be drawn is told', async () => {
  const path = checkpoint('tested', [4, 29]);
  const fails = (args: string, message: RegExp) => assertRefused(expCli, `training-curve ${args}`, message);
  await fails(
    `${checkpoint('untested', [])} --out ${out}`,
    /nothing was tested on the way; train with --validate DIR$/,
  );
  await fails(`${checkpoint('beyond', [5, 29])} --out ${out}`, /does not have pairs of step and PSNR$/);
  await fails(`${path} --out ${out} --lines BM3D`, /^--lines BM3D: a name and a PSNR in dB are wanted/);
  await fails(`${path} --out ${join(folder, 'curve.png')}`, /^--out \S+: its name must end in \.svg$/);
  await fails(`${path}`, /^--out: is missing; /);
});

test.run();
