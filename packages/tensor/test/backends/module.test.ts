import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ALONE } from '../../src/backends/wasm/encode.ts';
import { NORM_CHUNKS } from '../../src/backends/wasm/lower/reduce.ts';
import { COLUMNS } from '../../src/backends/wasm/lower/wholeTiles.ts';
import { kernelNumbers, REVECTORIZING_NODE } from '../../src/backends/wasm/module.ts';
import { SPARE_BYTES } from '../../src/backends/wasm/threads.ts';

test('the Node that may use the experimental flag is the one that the tests run with', () => {
  const manifest = readFileSync(`${import.meta.dirname}/../../../../package.json`, 'utf8');
  const { optionalDependencies } = JSON.parse(manifest) as { optionalDependencies: Record<string, string> };
  const versions = new Set(Object.values(optionalDependencies));
  assert.equal([...versions], [REVECTORIZING_NODE]);
});

test('kernels and their callers agree on constants', () => {
  const numbers = kernelNumbers();
  assert.is(numbers.ALONE, ALONE);
  assert.is(numbers.NORM_CHUNKS, NORM_CHUNKS);
  assert.is(numbers.SPARE_BYTES, SPARE_BYTES);
  assert.is(numbers.COLUMNS, COLUMNS);
});

test.run();
