import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@nlrn/files/test';
import { PRESET_NAMES } from '@nlrn/nlrn';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { RESULTS } from '../lib/results.ts';
import { JSON_SCHEMAS, writeSchemas } from '../report/jsonSchemas.ts';
import { MADE_UP_FIGURE, MADE_UP_TABLE, runsOf } from './madeUp.ts';

const readText = (...path: string[]) => readFileSync(join(RESULTS, ...path), 'utf8');

const ajv = new Ajv2020({ strict: true, strictTypes: false, allErrors: true });
const isResults = ajv.compile(JSON_SCHEMAS['results.schema.json']);
const isRun = ajv.compile(JSON_SCHEMAS['run.schema.json']);

function assertValid(isValid: typeof isRun, data: unknown, name: string): void {
  assert.ok(isValid(data), `${name}: ${ajv.errorsText(isValid.errors)}`);
}

const namesIn = (path: string, pattern: RegExp) =>
  existsSync(path) ? readdirSync(path).filter((name) => pattern.test(name)) : [];

const runsIn = (preset: string) => namesIn(join(RESULTS, preset, 'runs'), /\.seed-?\d+\.json$/);

test('the committed schemas are those of the sources (pnpm exp report writes them)', () => {
  const out = temporaryFolder();
  writeSchemas(out);
  assert.equal(readdirSync(out).sort(), Object.keys(JSON_SCHEMAS).sort());
  for (const name of readdirSync(out)) assert.is(readFileSync(join(out, name), 'utf8'), readText(name), name);
});

test('an independent validator accepts the committed results and runs', () => {
  const folders = readdirSync(RESULTS).filter((name) => runsIn(name).length > 0);
  assert.ok(folders.length > 0);
  for (const folder of folders) {
    const tables = namesIn(join(RESULTS, folder), /\.json$/);
    // A scale of other steps than its preset's needs none until all its runs are there.
    if (PRESET_NAMES.some((preset) => preset === folder)) assert.ok(tables.length > 0, folder);
    for (const name of tables) assertValid(isResults, JSON.parse(readText(folder, name)), name);
    for (const name of runsIn(folder)) assertValid(isRun, JSON.parse(readText(folder, 'runs', name)), name);
  }
});

test('it refuses what is missing, unknown, or of the wrong kind', () => {
  const [run] = runsOf(MADE_UP_TABLE);
  assertValid(isRun, run, 'run');
  const { seed: _, ...seedless } = run!;
  for (const wrong of [seedless, { ...run, extra: 1 }, { ...run, seed: 1.5 }, { ...run, images: [] }]) {
    assert.not.ok(isRun(wrong));
  }
  assertValid(isResults, MADE_UP_FIGURE, 'figure');
  assert.not.ok(isResults({ ...MADE_UP_FIGURE, rows: [{ ...MADE_UP_FIGURE.rows[0], verdict: 'perfect' }] }));
});

test.run();
