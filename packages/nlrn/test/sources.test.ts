import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@nlrn/files/test';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { hashSources, NOT_THE_MODEL, type Sources } from '../src/sources.ts';

const ROOT = join(import.meta.dirname, '../..');
const copy = temporaryFolder();
for (const name of ['autograd', 'data', 'nlrn', 'tensor']) {
  cpSync(join(ROOT, name, 'src'), join(copy, name, 'src'), { recursive: true });
}

const today = hashSources(copy);

/** The hashes while a file of the copy has another text; `null` takes the file away. */
function hashesWith(file: string, change: (text: string) => string | null): Sources {
  const path = join(copy, file);
  const text = readFileSync(path, 'utf8');
  const changed = change(text);
  if (changed === null) rmSync(path);
  else writeFileSync(path, changed);
  const hashes = hashSources(copy);
  writeFileSync(path, text);
  return hashes;
}

/** Which of the two hashes a change leads to. */
function changedBy(
  file: string,
  change = (text: string): string | null => `${text}export const x = 1;\n`,
): string[] {
  const hashes = hashesWith(file, change);
  return (['model', 'engine'] as const).filter((part) => hashes[part] !== today[part]);
}

test('the sources that run have the hashes of their copy', () => {
  assert.equal(hashSources(), today);
  assert.match(today.model, /^[0-9a-f]{64}$/);
  assert.is.not(today.model, today.engine);
});

test('what decides how a network is made, trained and measured is of the model', () => {
  for (const name of ['model', 'nonLocal', 'recurrentState', 'batchNorm', 'parameters', 'loss', 'dncnn']) {
    assert.equal(changedBy(`nlrn/src/${name}.ts`), ['model'], name);
  }
  for (const name of ['train', 'trainingStep', 'trainConfig', 'batches', 'evaluate', 'restore', 'tiles']) {
    assert.equal(changedBy(`nlrn/src/${name}.ts`), ['model'], name);
  }
  for (const name of ['augment', 'bicubic', 'color', 'metrics', 'noise', 'patches', 'quantize', 'image']) {
    assert.equal(changedBy(`data/src/${name}.ts`), ['model'], name);
  }
  for (const name of ['optim', 'schedule', 'init']) {
    assert.equal(changedBy(`autograd/src/${name}.ts`), ['model'], name);
  }
});

test('what computes is of the engine; what shows, reads or keeps is of neither', () => {
  for (const file of ['autograd/src/grad.ts', 'autograd/src/vjps/linear.ts', 'tensor/src/random.ts']) {
    assert.equal(changedBy(file), ['engine'], file);
  }
  assert.equal(changedBy('tensor/src/backends/wasm/kernels/tile.ts'), ['engine']);
  for (const name of ['progress', 'cli', 'commands/train', 'presets', 'checkpoint', 'weights']) {
    assert.equal(changedBy(`nlrn/src/${name}.ts`), [], name);
  }
  assert.equal(changedBy('data/src/png.ts'), []);
});

test('a file more or less is a change, and so is one that another name has', () => {
  assert.equal(
    changedBy('nlrn/src/loss.ts', () => null),
    ['model'],
  );
  writeFileSync(join(copy, 'nlrn/src/newIdea.ts'), 'export const x = 1;\n');
  const more = hashSources(copy);
  rmSync(join(copy, 'nlrn/src/newIdea.ts'));
  assert.is.not(more.model, today.model);
});

test('line endings, indentation and comments are none; what stands beside a comment is', () => {
  const add = (line: string) => changedBy('nlrn/src/loss.ts', (text) => `${text}${line}\n`);
  assert.equal(
    changedBy('nlrn/src/loss.ts', (text) => text.replaceAll('\n', '\r\n')),
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

test('a name that is left out is that of a file', () => {
  for (const [folder, names] of Object.entries(NOT_THE_MODEL)) {
    for (const name of names) assert.ok(existsSync(join(ROOT, folder, `${name}.ts`)), name);
  }
});

test.run();
