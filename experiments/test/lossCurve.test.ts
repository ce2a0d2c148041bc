import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { lossCurve } from '../lib/lossCurve.ts';

test('up to 110 losses are the curve', () => {
  assert.equal(lossCurve([4, 2, 1]), [
    { step: 1, loss: 4 },
    { step: 2, loss: 2 },
    { step: 3, loss: 1 },
  ]);
  assert.equal(lossCurve([]), []);
});

test('more are averaged in stretches, each named by its last step; the last may be shorter', () => {
  const losses = Array.from({ length: 300 }, (_, i) => i + 1);
  const curve = lossCurve(losses);
  assert.is(curve.length, 100);
  assert.equal(curve[0], { step: 3, loss: 2 });
  assert.equal(curve.at(-1), { step: 300, loss: 299 });
  assert.equal(lossCurve([...losses, 0]).at(-1), { step: 301, loss: 0 });
});

test.run();
