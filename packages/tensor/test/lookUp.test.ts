import { suite, test } from 'uvu';
import * as assert from 'uvu/assert';
import { lookUp, type PrimitiveName, primitives } from '../src/index.ts';
import { apply1, Tensor } from '../src/tensor.ts';
import { oneOfEachKind } from './testedBackends.ts';

test('an entry is found by its name; another name is an error that lists those there are', () => {
  assert.is(lookUp({ a: 1, b: 2 }, 'b', 'letter'), 2);
  assert.throws(() => lookUp({ a: 1, b: 2 }, 'c', 'letter'), /^no letter is named c; there are a, b$/);
  assert.throws(() => lookUp({ a: 1 }, 'toString', 'letter'), /^no letter is named toString; there are a$/);
});
test.run();

for (const { name, open } of oneOfEachKind) {
  const unknown = suite(`an unknown primitive: ${name}`);
  unknown('is refused, and computes nothing else in its place', async () => {
    const backend = await open();
    const { expressions: _, ...undefinedNeg } = primitives.neg;
    const unknown = { ...undefinedNeg, name: 'unknown' as PrimitiveName };
    const y = apply1(unknown, [new Tensor([2], { kind: 'input', name: 'x' })], {});
    const attempt = async () => backend.compile({ outputs: { y } }).run({ x: [1, 2] });
    const message = await attempt().then(
      ({ y }) => `computed ${y}`,
      (error: Error) => error.message,
    );
    assert.match(message, /^the primitive unknown has no kernel on (reference|wasm|gpujs): /);
    await backend.dispose();
  });
  unknown.run();
}
