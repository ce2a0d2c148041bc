import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { commonDivisor } from '../src/commonDivisor.ts';

test('the greatest number that divides both', () => {
  assert.is(commonDivisor(12, 18), 6);
  assert.is(commonDivisor(18, 12), 6);
  assert.is(commonDivisor(8, 5), 1);
  assert.is(commonDivisor(8, 0), 8);
});

test.run();
