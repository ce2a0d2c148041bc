import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { call } from '../../../src/backends/wasm/lower/call.ts';

test('the words of a call are in the order of the table, whatever that of the arguments', () => {
  const place = { shape: [1], address: 64, inLanes: false };
  const sums = { tiles: 5, K: 4, C: 3, isFirst: true, M: 48, T: place, V: 16 };
  assert.equal(call('winogradSums', sums).words, [16, 64, 48, 3, 4, 5, 1]);
  const scratch = { address: 128, bytes: 32 };
  assert.equal(
    call('winogradFilters', { w: place, U: 0, C: 1, K: 2, scratch }).words,
    [64, 0, 1, 2, 128, 32],
  );
  assert.equal(call('fill', { y: 8, n: 2, value: 0.5 }).words, [8, 2, { real: 0.5 }]);
  assert.equal(call('evaluate', { n: 1, unit: 2, block: 3, operations: [4, 5] }).words, [1, 2, 3, 4, 5]);
});

test('an argument that is forgotten, misspelt or of another kind does not compile', () => {
  const never = () => {
    // @ts-expect-error: K is missing.
    call('packPanels', { b: 0, packed: 0, N: 1, kStride: 1, nStride: 1 });
    // @ts-expect-error: stride is none.
    call('packPanels', { b: 0, packed: 0, K: 1, N: 1, kStride: 1, nStride: 1, stride: 1 });
    // @ts-expect-error: a flag is no number.
    call('winogradSums', { V: 0, T: 0, M: 0, C: 1, K: 1, tiles: 1, isFirst: 1 });
    // @ts-expect-error: memory for each thread is more than an address.
    call('winogradFilters', { w: 0, U: 0, C: 1, K: 1, scratch: 0 });
    // @ts-expect-error: V must be somewhere.
    call('winogradSums', { V: undefined, T: 0, M: 0, C: 1, K: 1, tiles: 1, isFirst: true });
    // @ts-expect-error: there is no such kernel.
    call('winogradTotals', {});
  };
  assert.type(never, 'function');
});

test.run();
