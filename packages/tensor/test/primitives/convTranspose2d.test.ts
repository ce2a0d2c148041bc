import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { convTranspose2d, input } from '../../src/index.ts';
import { evaluate } from '../evaluate.ts';

const x = input('x', [1, 1, 3, 1]);
const w = input('w', [1, 3, 1, 1]);
const feeds = { x: [1, 2, 3], w: [1, 10, 100] };

test('every pixel writes the filter, a stride further each time', async () => {
  // 1 10 100 + 2 20 200 two further + 3 30 300 four further
  const y = convTranspose2d(x, w, { stride: [1, 2] });
  assert.equal(await evaluate([y], feeds), [[1, 10, 102, 20, 203, 30, 300]]);
});

test('padding cuts off on both sides, outputPadding adds at the end', async () => {
  const y = convTranspose2d(x, w, { stride: [1, 2], padding: [0, [1, 0]], outputPadding: [0, 1] });
  assert.equal(await evaluate([y], feeds), [[10, 102, 20, 203, 30, 300, 0]]);
});

test('channels: filters [h, w, outputs, inputs], and a bias', async () => {
  const pixel = input('pixel', [1, 1, 1, 2]);
  const filters = input('filters', [1, 1, 3, 2]);
  const y = convTranspose2d(pixel, filters, { bias: input('bias', [3]) });
  const fed = { pixel: [1, 2], filters: [1, 10, 2, 20, 3, 30], bias: [100, 200, 300] };
  assert.equal([...y.shape], [1, 1, 1, 3]);
  assert.equal(await evaluate([y], fed), [[121, 242, 363]]);
});

test('what does not fit', () => {
  assert.throws(
    () => convTranspose2d(x, input('f', [1, 3, 1, 2])),
    /convTranspose2d: filters \[1, 3, 1, 2\] want 2 channels, the image \[1, 1, 3, 1\] has 1 .*convTranspose2d\.test\.ts/,
  );
  assert.throws(
    () => convTranspose2d(x, w, { stride: 2, outputPadding: 2 }),
    /outputPadding 2 must be less than the stride 2 or the dilation 1/,
  );
  assert.throws(
    () => convTranspose2d(x, w, { padding: [1, 0] }),
    /convTranspose2d: padding 1 x 0 leaves no output of \[1, 1, 3, 1\] and filters \[1, 3, 1, 1\]: it would be -1 x 5/,
  );
  assert.throws(
    () => convTranspose2d(input('y', [1, 1, 3, 4]), input('f', [1, 1, 2, 4]), { groups: 3 }),
    /convTranspose2d: 3 groups do not divide the 4/,
  );
});

test.run();
