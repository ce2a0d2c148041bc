import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { slicesOf } from '../src/slicesOf.ts';

test('slices are as long as they may be, the last what is left; nothing has none', () => {
  const bytes = Uint8Array.of(1, 2, 3, 4, 5, 6, 7);
  const lengths = [1, 3, 7, 8].map((most) => slicesOf(bytes, most).map(({ length }) => length));
  assert.equal(lengths, [[1, 1, 1, 1, 1, 1, 1], [3, 3, 1], [7], [7]]);
  assert.equal(Buffer.concat(slicesOf(bytes, 3)), Buffer.from(bytes));
  assert.equal(slicesOf(new Uint8Array(), 3), []);
});

test('slices are no copies', () => {
  const bytes = new Uint8Array(4);
  slicesOf(bytes, 2)[1]![0] = 9;
  assert.is(bytes[2], 9);
});

test.run();
