import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const ROOT = join(import.meta.dirname, '..');

const textOf = (path: string) => readFileSync(join(ROOT, path), 'utf8');

/** The names that a package exports, types and values. */
function publicNames(index: string): string[] {
  const lists = textOf(index).matchAll(/^export (?:type )?\{([^}]*)\}/gm);
  return [...lists].flatMap(([, list]) => [...list!.matchAll(/(\w+)\s*(?:,|$)/gm)].map(([, name]) => name!));
}

/** Where each name is, for those that are in more than one place. */
function repeated(places: readonly (readonly [name: string, place: string])[]): string[] {
  const found = new Map<string, string[]>();
  for (const [name, place] of places) found.set(name, [...(found.get(name) ?? []), place]);
  return [...found].filter(([, all]) => all.length > 1).map(([name, all]) => `${name}: ${all.join(', ')}`);
}

test('a name that a package exports means one thing: no other package exports it', () => {
  const indices = globSync('packages/*/src/index.ts', { cwd: ROOT });
  const names = indices.flatMap((index) => publicNames(index).map((name) => [name, index] as const));
  assert.ok(names.some(([name]) => name === 'sizeOf') && names.some(([name]) => name === 'Backend'));
  assert.equal(repeated(names), []);
});

/** What each backend with kernels of its own has one of: how it turns an instruction into calls of them. */
const OF_EACH_BACKEND = ['Lowering', 'Lowerings'];

test('a type of the tensor library has one declaration', () => {
  const files = globSync('packages/tensor/src/**/*.ts', { cwd: ROOT }).filter(
    (path) => !/[\\/]kernels[\\/]/.test(path),
  );
  const types = files.flatMap((path) =>
    [...textOf(path).matchAll(/^export (?:interface|type|class) (\w+)/gm)].map(
      ([, name]) => [name!, path] as const,
    ),
  );
  assert.ok(types.some(([name]) => name === 'Tensor'));
  assert.equal(repeated(types.filter(([name]) => !OF_EACH_BACKEND.includes(name))), []);
});

test.run();
