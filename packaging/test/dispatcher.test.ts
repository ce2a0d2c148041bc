import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { KERNELS } from '../../packages/tensor/src/backends/wasm/kernelTable.ts';
import { sourcesIn } from '../kernels/assemblyScript.ts';
import { dispatcher } from '../kernels/dispatcher.ts';

const sources = sourcesIn(`${import.meta.dirname}/../../packages/tensor/src/backends/wasm/kernels`);

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
  assert.ok(text.includes("import { winogradSums } from '../kernels/conv2d/winogradFilterGrad';"));
  const scratch = `${word('usize', 4)} + <usize>thread * ${word('usize', 5)}`;
  assert.ok(text.includes(`${word('i32', 3)}, ${scratch}, thread, threads); break;`));
  assert.ok(text.includes(`evaluate(${[0, 1, 2].map((i) => word('i32', i)).join(', ')}, args + 12, thread,`));
});

test('a kernel without a function, and a function without a kernel, fail the build by name', () => {
  const other = sourcesWith('conv2d/winogradFilterGrad.ts', SUMS, 'export function winogradTotals(');
  assert.throws(
    () => dispatcher(other, '.'),
    /^kernels\/conv2d\/winogradFilterGrad.ts: kernelTable.ts has no winogradTotals$/,
  );
  const hidden = sourcesWith('conv2d/winogradFilterGrad.ts', SUMS, 'function winogradSums(');
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
        dispatcher(
          sourcesWith('conv2d/winogradFilterGrad.ts', declared, `${wrong}thread: i32, threads: i32`),
          '.',
        ),
      ({ message }: Error) =>
        message ===
        `kernels/conv2d/winogradFilterGrad.ts: winogradSums takes (${wrong}thread: i32, threads: i32), ` +
          `but kernelTable.ts gives it (${parameters}thread: i32, threads: i32)`,
    );
  }
});

test.run();
