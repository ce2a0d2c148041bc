import { statSync } from 'node:fs';
import { join } from 'node:path';
import { WEIGHTS } from '@nlrn/cli';
import { assertRefused } from '@nlrn/cli/test';
import { greyImage } from '@nlrn/data';
import { readPng } from '@nlrn/data/node';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { expCli } from '../expCli.ts';
import { RESULTS } from '../lib/results.ts';
import { sideBySide } from '../showcase.ts';

test('images stand side by side, with white between them', () => {
  const row = sideBySide([greyImage([[0], [0.2]]), greyImage([[0.4], [0.6]])]);
  assert.equal([row.width, row.height], [8, 2]);
  assert.equal([...row.data], [0, 1, 1, 1, 1, 1, 1, 0.4, 0.2, 1, 1, 1, 1, 1, 1, 0.6].map(Math.fround));
});

test("README's picture is small enough for a first screen", () => {
  const path = join(RESULTS, 'showcase', 'showcase.png');
  assert.ok(statSync(path).size < 150_000);
  assert.is(readPng(path).width, 720);
});

test('weights that enlarge are refused', () =>
  assertRefused(
    expCli,
    `showcase --weights ${join(WEIGHTS, 'nlrn-sr.safetensors')}`,
    /^--weights \S*nlrn-sr\.safetensors: were trained to enlarge pictures; /,
  ));

test.run();
