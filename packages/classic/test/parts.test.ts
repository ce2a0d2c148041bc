import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { claimParts, partsOf, shareDone } from '../src/threads/parts.ts';

test('threads that take turns claim each part once, one of them in long runs first', () => {
  const parts = partsOf(20, 2);
  const [a, b] = [claimParts(parts), claimParts(parts)];
  const claimed: number[] = [];
  const take = (from: Generator<number>) => {
    const { value, done } = from.next();
    if (!done) claimed.push(value);
    return !done;
  };
  // The first run is half of a thread's share: 5 of 20; the next, of 15, 4.
  assert.ok(take(a) && take(b) && take(a));
  assert.equal(claimed, [0, 5, 1]);
  assert.is(shareDone(parts), 1 / 20);
  // b is slow: a does all that b has not claimed.
  while (take(a));
  assert.is(claimed.length, 17);
  while (take(b));
  assert.equal(
    claimed.toSorted((x, y) => x - y),
    Array.from({ length: 20 }, (_, i) => i),
  );
  assert.is(shareDone(parts), 1);
});

test('nothing to do is done at once', () => {
  assert.is([...claimParts(partsOf(0, 3))].length, 0);
});

test.run();
