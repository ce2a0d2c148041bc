// Slow: compiles kernels of gpu.js.

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  add,
  type Backend,
  conv2d,
  crop,
  type Feeds,
  flip,
  type Graph,
  globalNorm,
  input,
  matmul,
  mul,
  neg,
  reshape,
  sum,
  type Tensor,
  transpose,
} from '../../../src/index.ts';
import { withoutThreads } from '../../testedBackends.ts';

/** 17 million elements: float32 holds every integer up to 2^24 = 16.8 million, and of those above it every second. */
const ROWS = 17_000;
const COLUMNS = 1_000;

const PAIRS = (ROWS * COLUMNS) / 2;

/** Different for neighbours and for places 2, 4, … apart; small enough for exact sums. */
const valueAt = (i: number) => (i * 7 + Math.floor(i / COLUMNS)) % 13;

const data = Float32Array.from({ length: ROWS * COLUMNS }, (_, i) => valueAt(i));
const matrix = input('x', [ROWS, COLUMNS]);
const line = reshape(matrix, [ROWS * COLUMNS]);

/** The last rows, all of whose indices are above 2^24. */
const LAST = 100;
const lastRows = (x: Tensor) =>
  crop(x, [[x.shape[0]! - LAST, 0], ...x.shape.slice(1).map(() => [0, 0] as const)]);
const row = (i: number) => ROWS - LAST + i;
const lastColumn = Float32Array.from({ length: COLUMNS }, (_, i) => (i === COLUMNS - 1 ? 1 : 0));

const edgesAre1 = Float32Array.from({ length: COLUMNS }, (_, i) => (i < 3 || i === COLUMNS - 1 ? 1 : 0));

const pick = input('pick', [COLUMNS, 1]);

/** Columns, without those that are 1 among the edges. */
const middle = (x: Tensor) => crop(x, [...x.shape.slice(1).map(() => [1, 2] as const), [3, 1]]);
const edges = input('edges', [COLUMNS]);
const nothing = mul(add(middle(matrix), 1), middle(edges));

interface Case {
  readonly y: Tensor;
  readonly at: (i: number) => number;
  readonly isProduct?: boolean;
}

const cases: Readonly<Record<string, Case>> = {
  'element by element': { y: lastRows(neg(matrix)), at: (i) => -valueAt(row(0) * COLUMNS + i) },
  'the end of a line': {
    y: crop(line, [[ROWS * COLUMNS - LAST, 0]]),
    at: (i) => valueAt(ROWS * COLUMNS - LAST + i),
  },
  'turned round': {
    y: crop(flip(line, [0]), [[0, ROWS * COLUMNS - LAST]]),
    at: (i) => valueAt(ROWS * COLUMNS - 1 - i),
  },
  'rows and columns exchanged': {
    y: lastRows(reshape(transpose(matrix), [ROWS, COLUMNS])),
    at: (i) => {
      const place = row(0) * COLUMNS + i;
      return valueAt((place % ROWS) * COLUMNS + Math.floor(place / ROWS));
    },
  },
  sums: {
    y: lastRows(sum(matrix, { axes: [1] })),
    at: (i) => {
      let total = 0;
      for (let j = 0; j < COLUMNS; j++) total += valueAt(row(i) * COLUMNS + j);
      return total;
    },
  },
  'few images of more pixels than there are threads along x': {
    y: lastRows(
      reshape(
        mul(
          reshape(matrix, [17, 1_000_000]),
          crop(pick, [
            [COLUMNS - 17, 0],
            [0, 0],
          ]),
        ),
        [ROWS, COLUMNS],
      ),
    ),
    at: (i) => valueAt(row(0) * COLUMNS + i),
  },
  'more pixels than there are threads along y': {
    y: lastRows(mul(reshape(matrix, [PAIRS, 2]), reshape(crop(line, [[0, PAIRS]]), [PAIRS, 1]))),
    at: (i) => {
      const pair = PAIRS - LAST + Math.floor(i / 2);
      return valueAt(2 * pair + (i % 2)) * valueAt(pair);
    },
  },
  // A term's place follows from its number by division: one too few or too many shows what is cut off.
  'a sum of what is cut out': { y: sum(nothing), at: () => 0 },
  'a norm of what is cut out': { y: globalNorm([nothing, middle(edges)]), at: () => 0 },
  'a product': {
    isProduct: true,
    y: lastRows(matmul(matrix, pick)),
    at: (i) => valueAt(row(i) * COLUMNS + COLUMNS - 1),
  },
  'a convolution': {
    isProduct: true,
    y: lastRows(
      reshape(conv2d(reshape(matrix, [1, 170, 100, COLUMNS]), reshape(pick, [1, 1, COLUMNS, 1])), [ROWS, 1]),
    ),
    at: (i) => valueAt(row(i) * COLUMNS + COLUMNS - 1),
  },
};

for (const { name, open, primitives } of withoutThreads.filter((backend) =>
  backend.name.startsWith('gpujs'),
)) {
  const tests = suite(`indices beyond 2^24: ${name}`);
  let backend: Backend;
  tests.before(async () => {
    backend = await open();
  });
  tests.after(() => backend.dispose());
  for (const [title, { y, at, isProduct }] of Object.entries(cases)) {
    // Only products have kernels by hand.
    if (primitives && !isProduct) continue;
    tests(title, async () => {
      const graph: Graph = { outputs: { y } };
      const executable = backend.compile(graph);
      const all: Feeds = { x: data, pick: lastColumn, edges: edgesAre1 };
      const feeds = Object.fromEntries(
        executable.program.inputs.map((value) => [value.name, all[value.name]!]),
      );
      const found = (await executable.run(feeds)).y!;
      const wrong = found.findIndex((value, i) => value !== at(i));
      assert.is(wrong, -1, `element ${wrong} is ${found[wrong]}, not ${at(wrong)}`);
    });
  }
  tests.run();
}
