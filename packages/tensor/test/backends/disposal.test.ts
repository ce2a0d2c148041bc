// Slow: compiles hundreds of programs.

import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { suite, test } from 'uvu';
import * as assert from 'uvu/assert';
import { withLifetime } from '../../src/backends/lifetime.ts';
import {
  type Backend,
  type Executable,
  type Graph,
  input,
  mul,
  referenceBackend,
  sum,
  variable,
} from '../../src/index.ts';
import { oneOfEachKind } from '../testedBackends.ts';

const PROGRAMS = 500;
/** By then everything that programs share is there. */
const SETTLED = 20;
/**
 * Bytes of the heap after collecting garbage; what gpu.js itself keeps of a kernel is 5 kB in mode cpu. Programs that are
 * not disposed of take 5 MB in mode webgpu, 33 in cpu, 54 in webasm.
 */
const ALLOWED_GROWTH = 4 * 2 ** 20;

/** Variables of 1 MB: all of them together would be 200. */
const VARIABLES = 200;
const LENGTH = 2 ** 18;

/** Runs a program with a variable of its own, all of whose elements are n. */
async function fillAndSum(backend: Backend, n: number): Promise<void> {
  const w = variable('w', [LENGTH], new Float32Array(LENGTH).fill(n));
  const program = backend.compile({ outputs: { y: sum(w) } });
  assert.is((await program.run()).y![0], n * LENGTH);
  program.dispose();
}

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

async function heapUsed(): Promise<number> {
  collect();
  await setImmediate();
  collect();
  return process.memoryUsage().heapUsed;
}

test('nothing of a backend that is disposed of is kept, nor of its programs, by those who still have them', async () => {
  const inner = referenceBackend();
  let executable: WeakRef<Executable> | undefined;
  const compile = (graph: Graph) => {
    const compiled = inner.compile(graph);
    executable = new WeakRef(compiled);
    return compiled;
  };
  const opened = (() => {
    const own = { ...inner, compile };
    return { own: new WeakRef(own), backend: withLifetime(own) };
  })();
  const program = opened.backend.compile({ outputs: { y: sum(input('x', [2])) } });
  assert.is((await program.run({ x: [1, 2] })).y![0], 3);
  await opened.backend.dispose();
  await heapUsed();
  assert.is(opened.own.deref(), undefined);
  assert.is(executable!.deref(), undefined);
  const message = await program.run({ x: [1, 2] }).catch((error: Error) => error.message);
  assert.is(message, 'this backend has been disposed of: make another one');
});
test.run();

for (const { name, open } of oneOfEachKind.filter(({ isSlow }) => !isSlow)) {
  const disposal = suite(`disposal: ${name}`);
  disposal(
    `${PROGRAMS} programs, each with its own kernels and constants, leave memory as it was`,
    async () => {
      const backend = await open();
      let settled = 0;
      for (let n = 1; n <= PROGRAMS; n++) {
        const program = backend.compile({ outputs: { y: sum(mul(input('x', [2, n]), n + 0.5)) } });
        assert.is((await program.run({ x: new Float32Array(2 * n).fill(1) })).y![0], 2 * n * (n + 0.5));
        program.dispose();
        if (n === SETTLED) settled = await heapUsed();
      }
      const growth = (await heapUsed()) - settled;
      assert.ok(growth <= ALLOWED_GROWTH, `${growth} bytes more`);
      await backend.dispose();
    },
  );

  disposal('variables that nothing refers to any more leave their memory to others', async () => {
    const backend = await open();
    let settled = 0;
    for (let n = 1; n <= VARIABLES; n++) {
      await fillAndSum(backend, n);
      if (n % 5 === 0) await heapUsed();
      if (n === SETTLED) settled = process.memoryUsage().rss;
    }
    const growth = process.memoryUsage().rss - settled;
    assert.ok(growth <= (VARIABLES / 3) * 4 * LENGTH, `${growth} bytes more`);
    await backend.dispose();
  });
  disposal.run();
}
