import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { lossCurve } from '../lib/lossCurve.ts';

test('up to 100 losses are the curve', () => {
  assert.equal(lossCurve([4, 2, 1]), [
    { step: 1, loss: 4 },
    { step: 2, loss: 2 },
    { step: 3, loss: 1 },
  ]);
  assert.equal(lossCurve([]), []);
});

test('more are averaged in stretches, each named by its last step; the last may be shorter', () => {
  const losses = Array.from({ length: 201 }, (_, i) => i + 1);
  const curve = lossCurve(losses);
  assert.is(curve.length, 67);
  assert.equal(curve[0], { step: 3, loss: 2 });
  assert.equal(curve.at(-1), { step: 201, loss: 200 });
  assert.equal(lossCurve([...losses, 300]).at(-1), { step: 202, loss: 300 });
});

test.run();
