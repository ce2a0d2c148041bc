import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  addBlock,
  createAggregate,
  type Normalization,
  normalizationBands,
  prepareNormalization,
  squareWindow,
} from '../src/aggregate.ts';
import { createGroups, pixelRowsOfBand } from '../src/groups.ts';
import { sharedPlane } from '../src/plane.ts';

/** Sums are kept in float32. */
const FLOAT32 = 1e-6;

function normalize(sums: Normalization): void {
  const part = prepareNormalization(sums);
  // In another order than theirs: no band depends on the one before.
  for (let band = normalizationBands(sums.out) - 1; band >= 0; band--) part(band);
}

test('a pixel is the mean of the blocks over it, weighted by weight and window', () => {
  const plane = sharedPlane(3, 2);
  const groups = createGroups(plane, { block: 2, step: 1, search: 1, size: 2 });
  const aggregate = createAggregate(groups, plane);
  const side = Float64Array.of(1, 2);
  const window = squareWindow(side);
  assert.equal([...window], [1, 2, 2, 4]);
  addBlock(aggregate, 0, 3, 0.5, window, Float64Array.of(9, 10, 10, 10, 10), 1, 2);
  addBlock(aggregate, 1, 3, 1.5, window, Float64Array.of(20, 20, 20, 20), 0, 2);
  normalize({ aggregate, groups, side, out: plane });
  const [between, below] = [(0.5 * 2 * 10 + 1.5 * 1 * 20) / 2.5, (0.5 * 4 * 10 + 1.5 * 2 * 20) / 5];
  [10, between, 20, 10, below, 20].forEach((value, i) => {
    assert.ok(Math.abs(plane.data[i]! - value) < 20 * FLOAT32, `${i}: ${plane.data[i]}`);
  });
});

test('bands that overlap are added up: blocks of all bands count', () => {
  const plane = sharedPlane(2, 40);
  const groups = createGroups(plane, { block: 2, step: 2, search: 4, size: 2 });
  const aggregate = createAggregate(groups, plane);
  const side = Float64Array.of(1, 1);
  const window = squareWindow(side);
  // Rows 0 to 38 hold references, eight to a band; each band adds one block to every pair of rows that it may touch.
  const added = new Float64Array(40);
  for (let band = 0; band < 3; band++) {
    const { from, to } = pixelRowsOfBand(groups, band, plane.height);
    for (let row = from; row + 2 <= to; row += 2) {
      const corner = band * aggregate.bandLength + (row - from) * 2;
      addBlock(aggregate, corner, 2, 1, window, new Float64Array(4).fill(band), 0, 2);
      added[row]! += 1;
    }
  }
  normalize({ aggregate, groups, side, out: plane });
  assert.ok(added.some((n) => n === 2));
  for (let y = 0; y < 40; y++) {
    const bands = [0, 1, 2].filter((band) => {
      const { from, to } = pixelRowsOfBand(groups, band, plane.height);
      return y >= from && y < to;
    });
    const mean = bands.reduce((sum, band) => sum + band, 0) / bands.length;
    assert.ok(Math.abs(plane.data[2 * y]! - mean) < 2 * FLOAT32, `${y}: ${plane.data[2 * y]}, not ${mean}`);
  }
});

test.run();
