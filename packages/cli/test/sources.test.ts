import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@nlrn/files/test';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { hashMethods, hashSources } from '../src/sources.ts';

const ROOT = join(import.meta.dirname, '../..');
const copy = temporaryFolder();
for (const name of ['autograd', 'classic', 'data', 'networks', 'nlrn', 'nn', 'tensor']) {
  cpSync(join(ROOT, name, 'src'), join(copy, name, 'src'), { recursive: true });
}

const hashesOf = (packages?: string) => ({ ...hashSources(packages), methods: hashMethods(packages) });

const today = hashesOf(copy);

/** The hashes while a file of the copy has another text; `null` takes the file away. */
function hashesWith(file: string, change: (text: string) => string | null): typeof today {
  const path = join(copy, file);
  const text = readFileSync(path, 'utf8');
  const changed = change(text);
  if (changed === null) rmSync(path);
  else writeFileSync(path, changed);
  try {
    return hashesOf(copy);
  } finally {
    writeFileSync(path, text);
  }
}

/** Which of the hashes are others after a change. */
function changedBy(
  file: string,
  change = (text: string): string | null => `${text}export const x = 1;\n`,
): string[] {
  const hashes = hashesWith(file, change);
  return (['model', 'engine', 'methods'] as const).filter((part) => hashes[part] !== today[part]);
}

test('the sources that run have the hashes of their copy', () => {
  assert.equal(hashesOf(), today);
  assert.match(today.model, /^[0-9a-f]{64}$/);
  assert.is.not(today.model, today.engine);
});

/** The files of a folder by their names. */
const filesIn = (folder: string, ...names: readonly string[]) =>
  names.map((name) => `${folder}/src/${name}.ts`);

test('what decides how a network is made, trained and measured is of the model', () => {
  for (const file of [
    ...filesIn('nlrn', 'config', 'metrics', 'model', 'nonLocal', 'pointwise', 'recurrentState'),
    ...filesIn('networks', 'catalogue', 'dncnn', 'startFrom'),
    ...filesIn('nn', 'adam', 'batchNorm', 'clip', 'init', 'loss', 'network', 'parameters', 'schedule'),
    ...filesIn('nn', 'batches', 'evaluate', 'quality', 'restore', 'train', 'trainConfig', 'trainingStep'),
    ...filesIn(
      'data',
      'augment',
      'bicubic',
      'color',
      'gaussianWeights',
      'image',
      'metrics',
      'mirror',
      'noise',
      'patches',
      'quantize',
      'tiles',
    ),
  ]) {
    assert.equal(changedBy(file), ['model'], file);
  }
});

test('what computes is of the engine; what shows, reads or keeps is of neither', () => {
  for (const file of [
    ...filesIn('autograd', 'grad', 'vjps/matmul'),
    ...filesIn('tensor', 'random', 'backends/wasm/kernels/lib/tile'),
  ]) {
    assert.equal(changedBy(file), ['engine'], file);
  }
  for (const file of [
    ...filesIn('nlrn', 'presets'),
    ...filesIn('networks', 'loadWeights', 'recipes'),
    ...filesIn('nn', 'checkpoint', 'clock', 'trainingProgress', 'weights'),
    ...filesIn('data', 'dataset', 'node/png'),
  ]) {
    assert.equal(changedBy(file), [], file);
  }
});

test('other methods than networks that are trained here have a hash of their own', () => {
  for (const file of [
    ...filesIn('classic', 'bm3d', 'bm3d/parameters', 'threads/work'),
    ...filesIn('networks', 'published/plain'),
  ])
    assert.equal(changedBy(file), ['methods'], file);
});

test('a file more or less is a change, and so is one that another name has', () => {
  assert.equal(
    changedBy('nn/src/loss.ts', () => null),
    ['model'],
  );
  writeFileSync(join(copy, 'nlrn/src/newIdea.ts'), 'export const x = 1;\n');
  const more = hashSources(copy);
  rmSync(join(copy, 'nlrn/src/newIdea.ts'));
  assert.is.not(more.model, today.model);
});

test('line endings, indentation and comments are none; what stands beside a comment is', () => {
  const add = (line: string) => changedBy('nn/src/loss.ts', (text) => `${text}${line}\n`);
  assert.equal(
    changedBy('nn/src/loss.ts', (text) => text.replaceAll('\n', '\r\n')),
    [],
  );
  for (const comment of ['// a', '/** a */', '/*\n * a\n\n // b\n c\n */', '', '   '])
    assert.equal(add(comment), [], comment);
  for (const code of [
    '/* a */ f();',
    '/*\n * a\n */ f();',
    'f(); // a',
    '"// a"',
    'a\n/ b',
    '    * 0.75;',
    '*f() {}',
  ])
    assert.equal(add(code), ['model'], code);
});

test('a name that is left out, and is not that of a file, is an error', () => {
  assert.throws(
    () => hashesWith('nlrn/src/presets.ts', () => null),
    /nlrn\/src\/presets\.ts: is named as none of the model, and is not there/,
  );
});

test.run();
