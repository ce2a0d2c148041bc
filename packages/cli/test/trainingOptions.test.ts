import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { trainConfigOf } from '../src/trainingOptions.ts';

test('the mixed levels of a recipe hold unless one level or others are named, or there is no noise', () => {
  const levelsOf = (args: Parameters<typeof trainConfigOf>[0]) => trainConfigOf(args).sigmas;
  assert.equal(levelsOf({ network: 'memnet' }), [30, 70]);
  assert.equal(levelsOf({ network: 'memnet', sigmas: '0,50' }), [0, 50]);
  assert.is(levelsOf({ network: 'memnet', sigma: 50 }), undefined);
  assert.is(levelsOf({ network: 'memnet', task: 'super-resolution' }), undefined);
});

test('a network of another size than its paper has', () => {
  const { network } = trainConfigOf({ network: 'memnet', channels: 32, blocks: 3, recursions: 2 });
  assert.equal(network, { network: 'memnet', channels: 32, blocks: 3, recursions: 2 });
});

test.run();
