// Slow: waits for long programs.

import { setImmediate } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { callsIn } from '../../../src/backends/wasm/encode.ts';
import { END } from '../../../src/backends/wasm/kernels/constants.ts';
import { input, matmul, mul, wasmBackend } from '../../../src/index.ts';

/** A product of which some take as long as the event loop may have to wait, on whatever processor. */
const SIDE = 512;
const PRODUCTS = 60;

test('the calls of a program are found by their numbers of arguments', () => {
  assert.equal(callsIn(Int32Array.of(END)), [0]);
  assert.equal(callsIn(Int32Array.of(7, 0, 3, 2, END, END, 5, 1, 9, END)), [0, 2, 6, 9]);
});

test('while a long run is computed the event loop turns, on each run, and the bits stay', async () => {
  const backend = await wasmBackend({ threads: 2 });
  const x = input('x', [SIDE, SIDE]);
  let y = x;
  for (let i = 0; i < PRODUCTS; i++) y = mul(matmul(y, x), 1 / SIDE);
  const program = backend.compile({ outputs: { y } });
  const feeds = { x: Float32Array.from({ length: SIDE * SIDE }, (_, i) => 1 + Math.sin(i)) };
  const run = async () => {
    let isRunning = true;
    const result = program.run(feeds).finally(() => {
      isRunning = false;
    });
    let turns = 0;
    for (; isRunning; turns++) await setImmediate();
    return { result: await result, turns };
  };
  const [first, second] = [await run(), await run()];
  assert.equal(second.result, first.result);
  // One turn is that in which the end is seen.
  assert.ok(Math.min(first.turns, second.turns) >= 2, `${first.turns} and ${second.turns} turns`);
  await backend.dispose();
});

test.run();
