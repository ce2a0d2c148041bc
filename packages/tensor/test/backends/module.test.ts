import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { instantiate } from '../../src/backends/wasm/instance.ts';
import * as operations from '../../src/backends/wasm/kernels/operations.ts';
import { checkTable, loadKernels } from '../../src/backends/wasm/module.ts';
import { REVECTORIZING_NODE } from '../../src/backends/wasm/node/host.ts';
import { base } from '../../src/expressions/formula.ts';

const kernels = await loadKernels({ relaxed: true, shared: true });

test('the Node that may use the experimental flag is the one that the tests run with', () => {
  const manifest = readFileSync(`${import.meta.dirname}/../../../../package.json`, 'utf8');
  const { optionalDependencies } = JSON.parse(manifest) as { optionalDependencies: Record<string, string> };
  const versions = new Set(Object.values(optionalDependencies));
  assert.equal([...versions], [REVECTORIZING_NODE]);
});

test('every operation has a number of its own', () => {
  const numbers = Object.values(operations);
  assert.is(new Set(numbers).size, numbers.length);
  const names = [
    ...Object.keys(base).map((name) => name.toUpperCase()),
    'COPY',
    'CONSTANT',
    'SPLAT',
    'GATHER',
  ];
  assert.equal(Object.keys(operations).sort(), names.sort());
});

test('kernels of another version are refused: of another table, or of none', () => {
  const memory = new WebAssembly.Memory({ initial: 2, maximum: 65536, shared: true });
  const exports = instantiate(kernels, memory).exports;
  checkTable(exports);
  const TABLE = new WebAssembly.Global({ value: 'i32' }, 1);
  for (const others of [
    { ...exports, TABLE },
    { ...exports, TABLE: undefined },
  ] as (typeof exports)[])
    assert.throws(() => checkTable(others), /^the wasm kernels are of another version .* build`$/);
});

test('kernels that could not be compiled are compiled when they are next asked for', async () => {
  // Has loaded nothing yet.
  const path = '../../src/backends/wasm/module.ts?anew';
  const { loadKernels } = (await import(path)) as typeof import('../../src/backends/wasm/module.ts');
  const { Memory } = WebAssembly;
  WebAssembly.Memory = class {
    constructor() {
      throw new RangeError('out of memory');
    }
  } as unknown as typeof Memory;
  const kind = { relaxed: false, shared: true };
  try {
    assert.is(await loadKernels(kind).catch(({ message }: Error) => message), 'out of memory');
  } finally {
    WebAssembly.Memory = Memory;
  }
  const loaded = loadKernels(kind);
  assert.ok((await loaded) instanceof WebAssembly.Module);
  assert.is(loadKernels(kind), loaded);
});

test.run();
