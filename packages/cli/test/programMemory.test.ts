import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { programMemory } from '../src/programMemory.ts';

test('a program takes what is given, what WebAssembly can address, or the largest value of its backend', () => {
  const GB = 2 ** 30;
  assert.is(programMemory(GB, {}), GB);
  assert.is(programMemory(14 * GB, {}), 3.5 * GB);
  assert.is(programMemory(14 * GB, { largestValue: 2 * GB }), 2 * GB);
});

test.run();
