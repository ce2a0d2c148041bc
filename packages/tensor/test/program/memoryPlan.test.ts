import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ALIGNMENT, type MemoryBlock, placeBlocks, placeBuffers } from '../../src/program/memoryPlan.ts';
import { Random } from '../../src/random.ts';

const block = (bytes: number, from: number, to: number): MemoryBlock => ({ bytes, from, to, offset: -1 });

test('blocks that do not live together share memory', () => {
  const blocks = [block(128, 0, 1), block(128, 2, 3)];
  assert.is(placeBlocks(blocks), 128);
  assert.equal(
    blocks.map(({ offset }) => offset),
    [0, 0],
  );
});

test('both ends belong to a life', () => {
  const blocks = [block(128, 0, 2), block(128, 2, 3)];
  assert.is(placeBlocks(blocks), 256);
});

test('a gap is filled if it is large enough', () => {
  const [first, gap, last] = [block(256, 0, 9), block(192, 0, 1), block(128, 0, 9)];
  const [fits, tooLarge] = [block(160, 2, 9), block(224, 2, 9)];
  // By size: 256 at 0; 224 at 256; 192 at 256, as it dies before 224 is made; 160 behind 224; 128 behind all.
  placeBlocks([first, gap, last, fits, tooLarge]);
  assert.equal(
    [first, tooLarge, gap, fits, last].map(({ offset }) => offset),
    [0, 256, 256, 512, 704],
  );
});

test('offsets are multiples of a cache line', () => {
  const blocks = [block(3, 0, 1), block(5, 0, 1), block(1, 0, 1)];
  assert.is(placeBlocks(blocks), 3 * ALIGNMENT);
  assert.ok(blocks.every(({ offset }) => offset % ALIGNMENT === 0));
});

test('no blocks need no memory', () => {
  assert.is(placeBlocks([]), 0);
});

test('random lives: no two blocks that are alive together overlap, and the arena holds all', () => {
  const random = new Random('lives');
  for (let round = 0; round < 50; round++) {
    const blocks = Array.from({ length: 40 }, () => {
      const from = random.integer(30);
      return block(1 + random.integer(800), from, from + random.integer(10));
    });
    const peak = placeBlocks(blocks);
    for (const [i, a] of blocks.entries()) {
      assert.ok(a.offset >= 0 && a.offset % ALIGNMENT === 0 && a.offset + a.bytes <= peak);
      for (const b of blocks.slice(i + 1)) {
        const together = a.from <= b.to && b.from <= a.to;
        const apart = a.offset + a.bytes <= b.offset || b.offset + b.bytes <= a.offset;
        assert.ok(!together || apart, `${JSON.stringify(a)} and ${JSON.stringify(b)}`);
      }
    }
  }
});

test('in buffers, a block takes the smallest one that is free and large enough, from its start', () => {
  const [large, small] = [block(256, 0, 1), block(128, 0, 1)];
  const [later, last] = [block(80, 2, 3), block(160, 2, 3)];
  assert.is(placeBuffers([large, small, later, last]), 384);
  assert.equal(
    [large, small, later, last].map(({ offset }) => offset),
    [0, 256, 256, 0],
  );
});

test('in buffers, random lives: blocks that are alive together are in different buffers', () => {
  const random = new Random('buffers');
  for (let round = 0; round < 50; round++) {
    const blocks = Array.from({ length: 40 }, () => {
      const from = random.integer(30);
      return block(1 + random.integer(800), from, from + random.integer(10));
    });
    const peak = placeBuffers(blocks);
    const starts = [...new Set(blocks.map(({ offset }) => offset)), peak].sort((a, b) => a - b);
    for (const [i, a] of blocks.entries()) {
      assert.ok(a.offset + a.bytes <= starts[starts.indexOf(a.offset) + 1]!);
      for (const b of blocks.slice(i + 1)) {
        const together = a.from <= b.to && b.from <= a.to;
        assert.ok(!together || a.offset !== b.offset, `${JSON.stringify(a)} and ${JSON.stringify(b)}`);
      }
    }
  }
});

test.run();
