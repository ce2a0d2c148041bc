import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Parameters } from '../src/parameters.ts';

test('two variables of one name are refused, of which a file would hold one only', () => {
  const parameters = new Parameters(() => 0.5);
  parameters.conv('conv', [3, 3, 1, 2]);
  assert.throws(() => parameters.conv('conv', [3, 3, 2, 2]), /two variables are named conv\.weight/);
  parameters.constant('slope', [2], 1);
  assert.throws(() => parameters.statistic('slope', [2], 0), /two variables are named slope/);
  assert.equal(
    [...parameters.all, ...parameters.statistics].map(({ name }) => name),
    ['conv.weight', 'conv.bias', 'slope'],
  );
});

test.run();
