import { input, referenceBackend } from '@nlrn/tensor';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { clipByGlobalNorm } from '../src/clip.ts';

async function clip(a: readonly number[], b: readonly number[], limit = 0.5) {
  const given = [input('a', [a.length]), input('b', [b.length])];
  const { norm, clipped } = clipByGlobalNorm(given, limit);
  const program = referenceBackend().compile({ outputs: { norm, a: clipped[0]!, b: clipped[1]! } });
  const found = await program.run({ a, b });
  return [found.norm, found.a, found.b].map((values) => [...values]);
}

test('gradients above the limit are scaled together', async () => {
  assert.equal(await clip([3, 4], [12], 6.5), [[13], [1.5, 2], [6]]);
  assert.equal(await clip([3], [4]), [[5], [0.30000000000000004], [0.4]]);
});

test('gradients below it, and at it, stay', async () => {
  assert.equal(await clip([0.25, 0], [0]), [[0.25], [0.25, 0], [0]]);
  assert.equal(await clip([3, 0], [4], 5), [[5], [3, 0], [4]]);
});

test('gradients of zero stay zero', async () => {
  assert.equal(await clip([0, 0], [0]), [[0], [0, 0], [0]]);
});

test.run();
