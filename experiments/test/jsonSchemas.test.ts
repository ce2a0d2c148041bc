import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { JSON_SCHEMAS } from '../lib/jsonSchemas.ts';
import { MADE_UP_FIGURE, MADE_UP_TABLE, runsOf } from './madeUp.ts';

const RESULTS = join(import.meta.dirname, '../../results');

const readText = (...path: string[]) => readFileSync(join(RESULTS, ...path), 'utf8');

const ajv = new Ajv2020({ strict: true, strictTypes: false, allErrors: true });
const isResults = ajv.compile(JSON_SCHEMAS['results.schema.json']);
const isRun = ajv.compile(JSON_SCHEMAS['run.schema.json']);

function assertValid(isValid: typeof isRun, data: unknown, name: string): void {
  assert.ok(isValid(data), `${name}: ${ajv.errorsText(isValid.errors)}`);
}

/** The folders of presets, whose results are committed. */
const PRESET_FOLDERS = readdirSync(RESULTS, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'bench')
  .map(({ name }) => name);

test('the committed schemas are those of the sources (pnpm exp report writes them)', () => {
  for (const [name, schema] of Object.entries(JSON_SCHEMAS)) {
    assert.equal(JSON.parse(readText(name)), JSON.parse(JSON.stringify(schema)), name);
  }
});

test('an independent validator accepts the committed results and runs', () => {
  assert.ok(PRESET_FOLDERS.length > 0);
  for (const preset of PRESET_FOLDERS) {
    const tables = readdirSync(join(RESULTS, preset)).filter((name) => name.endsWith('.json'));
    const runs = readdirSync(join(RESULTS, preset, 'runs')).filter((name) => name.endsWith('.json'));
    assert.ok(tables.length > 0 && runs.length > 0, preset);
    for (const name of tables) assertValid(isResults, JSON.parse(readText(preset, name)), name);
    for (const name of runs) assertValid(isRun, JSON.parse(readText(preset, 'runs', name)), name);
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
