import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { tellAtOnce } from './tellAtOnce.ts';

test('a test that fails tells so at once, and fails all the same', async () => {
  const { error: print } = console;
  const told: string[] = [];
  console.error = (line: string) => void told.push(line);
  try {
    await tellAtOnce('matmul', async () => {})();
    const fault = new Error('output 0[3] is 1, expected 2');
    const test = tellAtOnce('conformance: wasm, matmul', () => Promise.reject(fault));
    const thrown = await test().catch((error: unknown) => error);
    assert.is(thrown, fault);
  } finally {
    console.error = print;
  }
  assert.equal(told, ['\nfails: conformance: wasm, matmul: output 0[3] is 1, expected 2']);
});

test.run();
