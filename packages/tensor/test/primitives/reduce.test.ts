import { suite, test } from 'uvu';
import * as assert from 'uvu/assert';
import { broadcastTo, globalNorm, input, max, mean, sum, transpose } from '../../src/index.ts';
import { evaluate } from '../evaluate.ts';
import { oneOfEachKind } from '../testedBackends.ts';

const x = input('x', [2, 3]);
const feeds = { x: [1, 2, 3, 4, 5, 6] };

test('sums over rows, columns and all', async () => {
  const sums = [sum(x, { axes: [0] }), sum(x, { axes: [1] }), sum(x), sum(x, { axes: [] })] as const;
  assert.equal(await evaluate(sums, feeds), [[5, 7, 9], [6, 15], [21], feeds.x]);
  assert.equal(
    sums.map(({ shape }) => [...shape]),
    [[3], [2], [], [2, 3]],
  );
});

test('axes from the end, and kept', () => {
  assert.equal([...sum(x, { axes: [-1] }).shape], [2]);
  assert.equal([...sum(x, { axes: [-1], keepDims: true }).shape], [2, 1]);
  assert.equal([...sum(x, { keepDims: true }).shape], [1, 1]);
});

test('means', async () => {
  assert.equal(
    await evaluate([mean(x), mean(x, { axes: [0] }), mean(x, { axes: [1], keepDims: true })], feeds),
    [[3.5], [2.5, 3.5, 4.5], [2, 5]],
  );
});

test('broadcasts repeat axes of size 1 and add leading ones', async () => {
  const [row, column] = [input('row', [3]), input('column', [2, 1])];
  assert.equal(
    await evaluate([broadcastTo(row, [2, 3]), broadcastTo(column, [2, 3])], {
      row: [1, 2, 3],
      column: [4, 5],
    }),
    [
      [1, 2, 3, 1, 2, 3],
      [4, 4, 4, 5, 5, 5],
    ],
  );
  assert.is(broadcastTo(x, [2, 3]), x);
});

test('the norm of (3, 4) and (12) is 13', async () => {
  const norm = globalNorm([input('a', [2]), input('b', [1, 1])]);
  assert.equal(await evaluate([norm], { a: [3, 4], b: [12] }), [[13]]);
});

test('shapes that do not fit', () => {
  assert.throws(
    () => sum(x, { axes: [2] }),
    /sum: axes \[2\] must be distinct and within a tensor of 2 axes/,
  );
  assert.throws(() => sum(x, { axes: [1, -1] }), /sum: axes \[1, -1\] must be distinct/);
  assert.throws(() => broadcastTo(x, [2, 4]), /broadcastTo: \[2, 3\] cannot be repeated to \[2, 4\]/);
  assert.throws(() => broadcastTo(x, [3]), /broadcastTo: \[2, 3\] has more axes than \[3\]/);
  assert.throws(() => globalNorm([]), /globalNorm: needs at least one tensor/);
});

test.run();

/** Relative error of a sum in float32: far below what is lost when terms are added to a large sum one by one. */
const SUM_ERROR = 1e-5;

for (const { name, open } of oneOfEachKind) {
  const long = suite(`long sums: ${name}`);
  long('three million tenths are three hundred thousand, in one sum and in ten', async () => {
    const backend = await open();
    const [run, rows] = [input('run', [3e6]), input('rows', [3e5, 10])];
    const tenths = new Float32Array(3e6).fill(0.1);
    const program = backend.compile({ outputs: { one: sum(run), ten: sum(rows, { axes: [0] }) } });
    const { one, ten } = await program.run({ run: tenths, rows: tenths });
    const wanted = Math.fround(0.1) * 3e6;
    for (const found of [one![0]!, ...[...ten!].map((part) => 10 * part)]) {
      assert.ok(Math.abs(found / wanted - 1) < SUM_ERROR, `${found}, not ${wanted}`);
    }
    await backend.dispose();
  });
  long.run();

  const largest = suite(`special values: ${name}`);
  largest('the largest of a row with a NaN, wherever it is, is NaN', async () => {
    const backend = await open();
    const [inf, nan] = [Infinity, Number.NaN];
    const rows = [
      [1, 2, nan],
      [nan, 2, 1],
      [inf, nan, 1],
      [-inf, -inf, -inf],
      [-inf, inf, 0],
      [-3, -1, -2],
    ];
    const matrix = input('matrix', [6, 3]);
    const outputs = { rows: max(matrix, { axes: [1] }), columns: max(transpose(matrix), { axes: [0] }) };
    const found = await backend.compile({ outputs }).run({ matrix: rows.flat() });
    const wanted = [nan, nan, nan, -inf, inf, -1];
    assert.equal({ rows: [...found.rows!], columns: [...found.columns!] }, { rows: wanted, columns: wanted });
    await backend.dispose();
  });
  largest.run();
}
