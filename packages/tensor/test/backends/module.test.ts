import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { REVECTORIZING_NODE } from '../../src/backends/wasm/module.ts';

test('the Node that may use the experimental flag is the one that the tests run with', () => {
  const manifest = readFileSync(`${import.meta.dirname}/../../../../package.json`, 'utf8');
  const { optionalDependencies } = JSON.parse(manifest) as { optionalDependencies: Record<string, string> };
  const versions = new Set(Object.values(optionalDependencies));
  assert.equal([...versions], [REVECTORIZING_NODE]);
});

test.run();
