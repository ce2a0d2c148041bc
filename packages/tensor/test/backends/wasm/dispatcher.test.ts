import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { dispatcher } from '../../../src/backends/wasm/dispatcher.ts';
import { KERNELS } from '../../../src/backends/wasm/kernelTable.ts';
import { call } from '../../../src/backends/wasm/lower/call.ts';

const folder = `${import.meta.dirname}/../../../src/backends/wasm/kernels`;
const sources = readdirSync(folder).map((file) => ({
  file,
  text: readFileSync(`${folder}/${file}`, 'utf8'),
}));

/** The sources with a part of one of them replaced, which must be there. */
function sourcesWith(file: string, from: RegExp, to: string) {
  assert.ok(sources.some((source) => source.file === file && from.test(source.text)));
  return sources.map((source) =>
    source.file === file ? { file, text: source.text.replace(from, to) } : source,
  );
}

const SUMS = /export function winogradSums\(/;

test('a kernel is called by its place in the table, with each argument read from where the one before ends', () => {
  const text = dispatcher(sources, '../kernels');
  const word = (type: string, i: number) => `load<${type}>(args, ${4 * i})`;
  const pointers = [0, 1, 2].map((i) => word('usize', i));
  const integers = [3, 4, 5].map((i) => word('i32', i));
  const sums = [...pointers, ...integers, `${word('i32', 6)} != 0`, 'thread', 'threads'].join(', ');
  assert.ok(text.includes(`case ${KERNELS.indexOf('winogradSums')}: winogradSums(${sums}); break;`));
  assert.ok(text.includes("import { winogradSums } from '../kernels/winogradFilterGrad';"));
  const scratch = `${word('usize', 4)} + <usize>thread * ${word('usize', 5)}`;
  assert.ok(text.includes(`${word('i32', 3)}, ${scratch}, thread, threads); break;`));
  assert.ok(text.includes(`evaluate(${[0, 1, 2].map((i) => word('i32', i)).join(', ')}, args + 12, thread,`));
});

test('a kernel without a function, and a function without a kernel, fail the build by name', () => {
  const other = sourcesWith('winogradFilterGrad.ts', SUMS, 'export function winogradTotals(');
  assert.throws(
    () => dispatcher(other, '.'),
    /^kernels\/winogradFilterGrad.ts: kernelTable.ts has no winogradTotals$/,
  );
  const hidden = sourcesWith('winogradFilterGrad.ts', SUMS, 'function winogradSums(');
  assert.throws(
    () => dispatcher(hidden, '.'),
    /^kernelTable.ts: no file of kernels\/ has a function winogradSums$/,
  );
});

test('a function with other parameters than the table fails the build, with both', () => {
  const parameters = 'V: usize, T: usize, M: usize, C: i32, K: i32, tiles: i32, isFirst: bool, ';
  const declared = /(?<=function winogradSums\()[^)]*(?=\))/;
  for (const wrong of [
    parameters.replace('C: i32, K: i32', 'K: i32, C: i32'),
    parameters.replace('tiles: i32, ', ''),
    parameters.replace('isFirst', 'isFirst: bool, isLast'),
    parameters.replace('tiles: i32', 'tiles: f32'),
  ]) {
    assert.throws(
      () =>
        dispatcher(sourcesWith('winogradFilterGrad.ts', declared, `${wrong}thread: i32, threads: i32`), '.'),
      ({ message }: Error) =>
        message ===
        `kernels/winogradFilterGrad.ts: winogradSums takes (${wrong}thread: i32, threads: i32), ` +
          `but kernelTable.ts gives it (${parameters}thread: i32, threads: i32)`,
    );
  }
});

test('the words of a call are in the order of the table, whatever that of the arguments', () => {
  const place = { shape: [1], address: 64, inLanes: false };
  const sums = { tiles: 5, K: 4, C: 3, isFirst: true, M: 48, T: place, V: 16 };
  assert.equal(call('winogradSums', sums).words, [16, 64, 48, 3, 4, 5, 1]);
  const scratch = { address: 128, bytes: 32 };
  assert.equal(
    call('winogradFilters', { w: place, U: 0, C: 1, K: 2, scratch }).words,
    [64, 0, 1, 2, 128, 32],
  );
  assert.equal(call('fill', { y: 8, n: 2, value: 0.5 }).words, [8, 2, { real: 0.5 }]);
  const operations = [{ constant: 'NEG' } as const, 4];
  assert.equal(call('evaluate', { n: 1, unit: 2, block: 3, operations }).words, [1, 2, 3, ...operations]);
});

test('an argument that is forgotten, misspelt or of another kind does not compile', () => {
  const never = () => {
    // @ts-expect-error: K is missing.
    call('packPanels', { b: 0, packed: 0, N: 1, kStride: 1, nStride: 1 });
    // @ts-expect-error: stride is none.
    call('packPanels', { b: 0, packed: 0, K: 1, N: 1, kStride: 1, nStride: 1, stride: 1 });
    // @ts-expect-error: a flag is no number.
    call('winogradSums', { V: 0, T: 0, M: 0, C: 1, K: 1, tiles: 1, isFirst: 1 });
    // @ts-expect-error: memory for each thread is more than an address.
    call('winogradFilters', { w: 0, U: 0, C: 1, K: 1, scratch: 0 });
    // @ts-expect-error: V must be somewhere.
    call('winogradSums', { V: undefined, T: 0, M: 0, C: 1, K: 1, tiles: 1, isFirst: true });
    // @ts-expect-error: there is no such kernel.
    call('winogradTotals', {});
  };
  assert.type(never, 'function');
});

test.run();
