import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assertRefused } from '@nlrn/cli/test';
import { writeSafetensors } from '@nlrn/files';
import { temporaryFolder } from '@nlrn/files/test';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { expCli } from '../expCli.ts';

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

const command = expCli.commands.find(({ command }) => String(command).startsWith('training-curve'))!;

test('a point a test, with what had been spent by then; lines to compare with', async () => {
  const path = checkpoint('run', [2, 20.5, 4, 29.25]);
  await command.handler({ checkpoint: path, lines: 'BM3D=29.97', out, _: [], $0: '' });
  assert.is(
    readFileSync(join(folder, 'new', 'curve.csv'), 'utf8'),
    'step,core_hours,psnr\n2,0.500,20.500\n4,1.000,29.250\n',
  );
  const svg = readFileSync(out, 'utf8');
  assert.match(svg, /aria-label="PSNR on the way against core-hours: run\.checkpoint\.safetensors"/);
  assert.match(svg, />BM3D</);
  assert.is(svg.match(/<circle/g)?.length, 2);
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
