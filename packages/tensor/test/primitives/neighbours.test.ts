import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  gatherNeighbours,
  input,
  referenceBackend,
  scatterNeighbours,
  similarNeighbours,
  type Tensor,
} from '../../src/index.ts';

async function valuesOf(y: Tensor, feeds: Record<string, number[]>): Promise<number[]> {
  return [...(await referenceBackend().compile({ outputs: { y } }).run(feeds)).y!];
}

/** 1 2 9 / 2 8 1 */
const PIXELS = [1, 2, 9, 2, 8, 1];
const x = input('x', [1, 2, 3, 1]);
const places = input('places', [1, 2, 3, 1]);

test('the pixel itself comes first, then those most like it; of equal ones the first of the window', async () => {
  const similar = similarNeighbours(x, { window: 3, patch: 1, count: 3 });
  // Places: 0 1 2 / 3 4 5 / 6 7 8. Beside the 1 in the corner are 2 at its right, 2 below, 8 across.
  assert.equal(await valuesOf(similar, { x: PIXELS }), [
    ...[4, 5, 7],
    ...[4, 6, 3],
    ...[4, 6, 3],
    ...[4, 2, 1],
    ...[4, 2, 1],
    ...[4, 0, 3],
  ]);
});

test('patches are compared, not pixels', async () => {
  const wide = input('wide', [1, 1, 5, 1]);
  const similar = similarNeighbours(wide, { window: 7, patch: 1, count: 2 });
  // The 4 is nearest to the 5, two pixels at its right.
  assert.equal((await valuesOf(similar, { wide: [5, 1, 4, 9, 0] })).slice(0, 2), [24, 26]);
  const tall = input('tall', [1, 2, 5, 1]);
  const pairs = similarNeighbours(tall, { window: 7, patch: 2, count: 2 });
  const [first, second] = await valuesOf(pairs, { tall: [5, 1, 4, 9, 0, 0, 5, 9, 0, 0] });
  // Patches 5 1 / 0 5, 1 4 / 5 9, 4 9 / 9 0, 9 0 / 0 0: squared distances 66, 171, 42.
  assert.equal([first, second], [24, 27]);
});

test('gather looks a neighbour up, 0 outside the image; scatter adds to it', async () => {
  const feeds = { x: PIXELS, places: [4, 3, 5, 2, 4, 0] };
  assert.equal(await valuesOf(gatherNeighbours(x, places, { window: 3 }), feeds), [1, 1, 0, 2, 8, 2]);
  assert.equal(await valuesOf(scatterNeighbours(x, places, { window: 3 }), feeds), [3, 3, 0, 0, 8, 0]);
});

test('an even window, a patch that is larger than the image, and more neighbours than a corner has are refused', () => {
  const params = { window: 3, patch: 1, count: 3 };
  assert.throws(() => similarNeighbours(x, { ...params, window: 4 }), /window must be odd, is 4/);
  assert.throws(() => similarNeighbours(x, { ...params, patch: 3 }), /holds no patch of 3 x 3 pixels/);
  assert.throws(() => similarNeighbours(x, { ...params, count: 5 }), /a whole number from 1 to 4, .* is 5/);
  assert.throws(() => gatherNeighbours(x, x, { window: 2 }), /window must be odd/);
  const flat = input('flat', [1, 2, 3, 2]);
  assert.throws(() => gatherNeighbours(flat, flat, { window: 3 }), /places \[B, H, W, 1\], are/);
});

test.run();
