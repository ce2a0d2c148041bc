import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { tilesOf } from '../src/tiles.ts';

test('a small image is one tile', () => {
  const all = { x: 0, y: 0, width: 7, height: 5 };
  assert.equal(tilesOf(7, 5, { side: 8, margin: 2 }), [{ read: all, keep: all }]);
});

test('a row of ten pixels in tiles of six with margin two', () => {
  assert.equal(
    tilesOf(10, 1, { side: 6, margin: 2 }).map(({ read, keep }) => [read.x, read.width, keep.x, keep.width]),
    [
      [0, 6, 0, 4],
      [2, 6, 4, 2],
      [4, 6, 6, 4],
    ],
  );
});

/** Fails unless the kept parts cover an axis of n pixels in order, each a margin inside what is read or at the border. */
function checkAxis(n: number, side: number, margin: number, align: number): void {
  const where = `${n} pixels in tiles of ${side} with margin ${margin} at multiples of ${align}`;
  let covered = 0;
  const tiles = tilesOf(n, 1, { side, margin, align });
  const size = tiles[0]!.read.width;
  for (const { read, keep } of tiles) {
    assert.is(keep.x, covered, where);
    assert.ok(keep.width > 0 && read.x % align === 0, where);
    const isLast = covered + keep.width === n;
    const more = read.width - size;
    assert.ok(more === 0 || (isLast && more > 0 && more < align), where);
    assert.ok(read.width <= side + (isLast ? align - 1 : 0), where);
    covered += keep.width;
    assert.ok(read.x >= 0 && read.x + read.width <= n, where);
    assert.ok(keep.x === 0 || keep.x - read.x >= margin, where);
    assert.ok(covered === n || read.x + read.width - covered >= margin, where);
  }
  assert.is(covered, n, where);
  if (align > 1) return;
  // As few as can be, and as small as that many can be.
  const least = n <= side ? 1 : Math.ceil((n - 2 * margin) / (side - 2 * margin));
  assert.equal([tiles.length, size], [least, Math.ceil((n - 2 * margin) / least) + 2 * margin], where);
}

test('tiles cover every image, a margin inside what is read, or are refused: all sizes, sides and margins', () => {
  for (let side = 0; side <= 24; side++) {
    for (let margin = 0; margin <= 14; margin++) {
      for (let n = 1; n <= 80; n++) {
        for (const align of [1, 3, 8]) {
          if (side - align >= 2 * margin) checkAxis(n, side, margin, align);
          else assert.throws(() => tilesOf(n, 1, { side, margin, align }), /keep nothing/);
        }
      }
    }
  }
});

test('rows and columns of tiles together keep every pixel once', () => {
  for (const [width, height, side, margin] of [
    [100, 37, 20, 5],
    [21, 20, 20, 9],
    [64, 65, 17, 1],
  ] as const) {
    const kept = new Uint8Array(width * height);
    for (const { keep } of tilesOf(width, height, { side, margin })) {
      for (let y = keep.y; y < keep.y + keep.height; y++) {
        for (let x = keep.x; x < keep.x + keep.width; x++) kept[y * width + x]!++;
      }
    }
    assert.ok(kept.every((times) => times === 1));
  }
});

test('sides and margins that are no whole numbers, or below zero, are refused', () => {
  for (const [side, margin] of [
    [6.5, 1],
    [6, 0.5],
    [6, -1],
    [Number.NaN, 1],
    [6, Number.NaN],
  ] as const) {
    assert.throws(() => tilesOf(10, 10, { side, margin }), /keep nothing/);
  }
});

test.run();
