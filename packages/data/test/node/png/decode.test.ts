import { deflateSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { decodePng } from '../../../src/node/png/decode.ts';
import { chunk, header, SIGNATURE } from '../pngSource.ts';

/** What a row of one pixel costs: a decoder that makes an object for each row needs minutes and gigabytes. */
const SECONDS = 20;

test('16 million rows of one pixel are decoded within seconds', () => {
  const size = { width: 1, height: 2 ** 24, depth: 8, colorType: 0, pixel: () => [] };
  const rows = new Uint8Array(2 * size.height).fill(2); // filter Up: each row is 2 more than the one above
  const file = Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header(size)),
    chunk('IDAT', deflateSync(rows, { level: 1 })),
    chunk('IEND', new Uint8Array()),
  ]);
  const start = performance.now();
  const { image } = decodePng(file);
  assert.ok(performance.now() - start < 1000 * SECONDS);
  assert.is(image.data.length, 2 ** 24);
  for (const row of [0, 1, 127, 128, 2 ** 24 - 1])
    assert.is(image.data[row], Math.fround(((2 * (row + 1)) % 256) / 255));
});

test.run();
