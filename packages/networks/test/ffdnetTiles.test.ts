import { createImage } from '@nlrn/data';
import { createRestorer } from '@nlrn/nn';
import { Random, referenceBackend } from '@nlrn/tensor';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createFfdnet } from '../src/ffdnet.ts';

/** Rounding of pixels to float32, and of sums in float64. */
const FLOAT32 = 1e-6;

test('FFDNet in tiles is FFDNet on the whole image, though its grid has two pixels and a tile could begin between', async () => {
  const random = new Random(1);
  const uniform = () => random.uniform();
  const network = createFfdnet({ network: 'ffdnet', channels: 2, depth: 3 }, uniform);
  // Of tiles of 128 pixels with margins of 8 the last would begin at pixel 67 of 151.
  const side = 151;
  const image = createImage(side, side, 1, Float32Array.from({ length: side ** 2 }, uniform));
  const backend = referenceBackend();
  const [whole, tiled] = await Promise.all(
    [undefined, 1].map((memory) => createRestorer(network, backend, { memory })(image, { sigma: 25 })),
  );
  assert.not.equal(whole!.data, image.data);
  const farthest = Math.max(...whole!.data.map((value, i) => Math.abs(value - tiled!.data[i]!)));
  assert.ok(farthest <= FLOAT32, `${farthest}`);
});

test.run();
