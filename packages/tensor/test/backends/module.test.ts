import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { SPARE_BYTES } from '../../src/backends/wasm/crew.ts';
import { ALONE } from '../../src/backends/wasm/encode.ts';
import { instantiate } from '../../src/backends/wasm/instance.ts';
import { IN_MEMORY, REGISTER, REGISTER_BYTES, SCALAR } from '../../src/backends/wasm/lower/blocks.ts';
import { OPERATIONS } from '../../src/backends/wasm/lower/call.ts';
import { COLUMNS } from '../../src/backends/wasm/lower/wholeTiles.ts';
import { loadKernels, numbersOf } from '../../src/backends/wasm/module.ts';
import { REVECTORIZING_NODE } from '../../src/backends/wasm/node/host.ts';

const { module, numbers } = await loadKernels({ relaxed: true, shared: true });

test('the Node that may use the experimental flag is the one that the tests run with', () => {
  const manifest = readFileSync(`${import.meta.dirname}/../../../../package.json`, 'utf8');
  const { optionalDependencies } = JSON.parse(manifest) as { optionalDependencies: Record<string, string> };
  const versions = new Set(Object.values(optionalDependencies));
  assert.equal([...versions], [REVECTORIZING_NODE]);
});

test('kernels and their callers agree on constants', () => {
  assert.is(numbers.ALONE, ALONE);
  assert.equal([numbers.IN_MEMORY, numbers.REGISTER, numbers.SCALAR], [IN_MEMORY, REGISTER, SCALAR]);
  assert.is(numbers.REGISTER_BYTES, REGISTER_BYTES);
  assert.is(numbers.SPARE_BYTES, SPARE_BYTES);
  assert.is(numbers.COLUMNS, COLUMNS);
});

/** What the kernels export, with some of it replaced. */
function exportsWith(replaced: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const memory = new WebAssembly.Memory({ initial: 2, maximum: 65536, shared: true });
  return { ...instantiate(module, memory).exports, ...replaced };
}

test('a number that the kernels do not export is an error, whatever it stands for', () => {
  const { NEG } = exportsWith({});
  for (const name of [...OPERATIONS, 'TABLE', 'ALONE', 'COLUMNS', 'REGISTER_BYTES', 'SPARE_BYTES']) {
    assert.throws(
      () => numbersOf(exportsWith({ [name]: undefined })),
      new RegExp(`export no number ${name};`),
    );
  }
  assert.throws(
    () => numbersOf(exportsWith({ EXP: NEG })),
    /^the wasm operations NEG and EXP have the same number$/,
  );
  assert.throws(
    () => numbersOf(exportsWith({ TABLE: NEG })),
    /are of another version than what calls them; .* build/,
  );
  assert.equal(numbersOf(exportsWith({})), numbers);
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
  assert.equal((await loaded).numbers, numbers);
  assert.is(loadKernels(kind), loaded);
});

test.run();
