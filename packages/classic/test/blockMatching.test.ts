import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { prepareMatching } from '../src/blockMatching.ts';
import { bandCount, createGroups, type Groups, referencePlaces } from '../src/groups.ts';
import { type Plane, sharedPlane } from '../src/plane.ts';
import { randomPlane } from './randomPlane.ts';

function matched(plane: Plane, groups: Groups, tau = Number.POSITIVE_INFINITY): Groups {
  const match = prepareMatching({ plane, groups, tau });
  // Backwards, because a band may not depend on those before.
  for (let band = bandCount(groups) - 1; band >= 0; band--) match(band);
  return groups;
}

/** The group at a row and a column of references. */
function groupAt({ places, counts, columns, size }: Groups, r: number, c: number): number[] {
  const reference = r * columns.length + c;
  return [...places.subarray(reference * size, reference * size + counts[reference]!)];
}

/** Mean squared difference of the blocks at two places. */
function distance({ width, data }: Plane, block: number, a: number, b: number): number {
  let sum = 0;
  for (let y = 0; y < block; y++) {
    for (let x = 0; x < block; x++) sum += (data[a + y * width + x]! - data[b + y * width + x]!) ** 2;
  }
  return sum / block ** 2;
}

/** The group of a reference by the definition: all blocks in its window, sorted. */
function groupByDefinition(
  plane: Plane,
  { block, search, size }: Groups,
  place: number,
  tau: number,
): number[] {
  const { width, height } = plane;
  const [row, column] = [Math.floor(place / width), place % width];
  const found: { place: number; d: number }[] = [];
  for (let y = Math.max(0, row - search); y <= Math.min(height - block, row + search); y++) {
    for (let x = Math.max(0, column - search); x <= Math.min(width - block, column + search); x++) {
      const d = distance(plane, block, place, y * width + x);
      if (d < tau) found.push({ place: y * width + x, d });
    }
  }
  return found
    .sort((a, b) => a.d - b.d)
    .slice(0, size)
    .map(({ place }) => place);
}

test('references stand every few pixels and at the end', () => {
  assert.equal(referencePlaces(7, 3), [0, 3, 6, 7]);
  assert.equal(referencePlaces(6, 3), [0, 3, 6]);
  assert.equal(referencePlaces(0, 3), [0]);
});

for (const [width, height, block, step, search, size, tau] of [
  [41, 47, 8, 3, 9, 16, 9000],
  [33, 30, 5, 2, 40, 7, Number.POSITIVE_INFINITY],
  [8, 25, 8, 4, 5, 8, Number.POSITIVE_INFINITY],
  [25, 8, 8, 4, 5, 8, 12000],
] as const) {
  test(`groups in ${width} x ${height} pixels are those of the definition: blocks of ${block}, window ${search}`, () => {
    const plane = randomPlane(width, height);
    const groups = matched(plane, createGroups(plane, { block, step, search, size }), tau);
    let members = 0;
    groups.rows.forEach((row, r) => {
      groups.columns.forEach((column, c) => {
        const group = groupAt(groups, r, c);
        assert.equal(group, groupByDefinition(plane, groups, row * width + column, tau));
        members += group.length;
      });
    });
    assert.ok(members > 1.5 * groups.counts.length, 'hardly any block has matched');
  });
}

test('where all blocks are the same, each group still begins with its reference', () => {
  const plane = sharedPlane(30, 30);
  plane.data.fill(7);
  const groups = matched(plane, createGroups(plane, { block: 8, step: 3, search: 9, size: 4 }), 1);
  groups.rows.forEach((row, r) => {
    groups.columns.forEach((column, c) => {
      const group = groupAt(groups, r, c);
      assert.is(group[0], row * 30 + column);
      assert.is(new Set(group).size, 4);
    });
  });
});

test.run();
