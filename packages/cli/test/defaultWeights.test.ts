import { join } from 'node:path';
import { temporaryFolder } from '@nlrn/files/test';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { defaultWeights } from '../src/defaultWeights.ts';

test('weights that are there are used; without them the error says how to make them', () => {
  assert.is(defaultWeights(import.meta.filename), import.meta.filename);
  assert.throws(
    () => defaultWeights(join(temporaryFolder(), 'none.safetensors')),
    /^--weights is not given, and .*none\.safetensors is not there; name a file of "pnpm nlrn train", or make it: .*exp keep-weights/,
  );
});

test.run();
