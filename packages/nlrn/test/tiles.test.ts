import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { tilesOf } from '../src/tiles.ts';

test('a small image is one tile', () => {
  const all = { x: 0, y: 0, width: 7, height: 5 };
  assert.equal(tilesOf(7, 5, 8, 2), [{ read: all, keep: all }]);
});

test('a row of ten pixels in tiles of six with margin two', () => {
  assert.equal(
    tilesOf(10, 1, 6, 2).map(({ read, keep }) => [read.x, read.width, keep.x, keep.width]),
    [
      [0, 6, 0, 4],
      [2, 6, 4, 2],
      [4, 6, 6, 4],
    ],
  );
});

test('every pixel is kept once, a margin inside what is read', () => {
  for (const [width, height, side, margin] of [
    [100, 37, 20, 5],
    [21, 20, 20, 9],
    [64, 65, 17, 1],
  ] as const) {
    const kept = new Uint8Array(width * height);
    for (const { read, keep } of tilesOf(width, height, side, margin)) {
      assert.ok(read.width <= side && read.height <= side);
      assert.ok(keep.x - read.x >= Math.min(margin, keep.x));
      assert.ok(
        read.y + read.height - (keep.y + keep.height) >= Math.min(margin, height - keep.y - keep.height),
      );
      for (let y = keep.y; y < keep.y + keep.height; y++) {
        for (let x = keep.x; x < keep.x + keep.width; x++) kept[y * width + x]!++;
      }
    }
    assert.ok(kept.every((times) => times === 1));
  }
});

test.run();
