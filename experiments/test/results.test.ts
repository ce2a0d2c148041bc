/** What is written can be read back, whatever the numbers. */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@nlrn/files/test';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type * as z from 'zod';
import { readJson, writeJson } from '../lib/jsonFiles.ts';
import { resultsSchema, runSchema } from '../lib/results.ts';
import { MADE_UP_FIGURE, MADE_UP_TABLE, runsOf } from './madeUp.ts';

const path = join(temporaryFolder(), 'x.json');

const NUMBERS = [Number.NaN, Infinity, -Infinity, Number.MAX_VALUE, Number.MIN_VALUE, -1 / 3];

/** Numbers that a network or the noise decide: none of them may be refused. */
const MEASURED = /psnr|ssim|loss|mean|low|high|noisyPsnr|psnrSd/;

/** Every way to the numbers in a value, in the first of a list's: `images.0.noisy.psnr`. */
function pathsOf(value: unknown, way: readonly string[] = []): string[][] {
  if (typeof value === 'number') return [[...way]];
  if (typeof value !== 'object' || value === null) return [];
  const parts = Object.entries(value).filter(([key]) => !Array.isArray(value) || key === '0');
  return parts.flatMap(([key, part]) => pathsOf(part, [...way, key]));
}

function withNumber<T>(value: T, way: readonly string[], number: number): T {
  const copy = structuredClone(value);
  const holder = way
    .slice(0, -1)
    .reduce<Record<string, unknown>>(
      (part, key) => part[key] as Record<string, unknown>,
      copy as Record<string, unknown>,
    );
  holder[way.at(-1)!] = number;
  return copy;
}

/** Whether a value was written; then it must be read as it was. */
function isKept<T>(value: T, schema: z.ZodType<T>, name: string): boolean {
  rmSync(path, { force: true });
  try {
    writeJson(path, schema, value);
  } catch (error) {
    assert.match((error as Error).message, /x\.json: not written, as it /);
    assert.not.ok(existsSync(path), name);
    return false;
  }
  assert.equal(readJson(path, schema), value, name);
  return true;
}

function checkAll<T>(value: T, schema: z.ZodType<T>): void {
  assert.ok(isKept(value, schema, 'as it is'));
  for (const way of pathsOf(value)) {
    for (const number of NUMBERS) {
      const name = `${way.join('.')} = ${number}`;
      const kept = isKept(withNumber(value, way, number), schema, name);
      if (MEASURED.test(way.at(-1)!)) assert.ok(kept, name);
    }
  }
}

test('a run: every number in it', () => {
  checkAll(runsOf(MADE_UP_TABLE)[0]!, runSchema);
});

test('a figure, which has all that a table has: every number in it', () => {
  checkAll(MADE_UP_FIGURE, resultsSchema);
});

test.run();
