import {
  base,
  div,
  type Expression,
  elementwise,
  exp,
  flip,
  input,
  mul,
  Random,
  referenceBackend,
  type Shape,
  ShapeError,
  type Source,
  sum,
  type Tensor,
  variable,
} from '@nlrn/tensor';
import { oneOfEachKind } from '@nlrn/tensor/testedBackends';
import { suite, test } from 'uvu';
import * as assert from 'uvu/assert';
import { checkGrads } from '../src/checkGrads.ts';
import { definePrimitive } from '../src/definePrimitive.ts';
import { grad } from '../src/grad.ts';

/** Of a square root near 1 in float64. */
const ROUNDING = 1e-15;

/** Of numbers below 20 in float32, on GPUs whose square root is good to 2 units in the last place. */
const SINGLE = 1e-5;

const uniforms = () => {
  const random = new Random('definePrimitive');
  return () => random.uniform();
};

/** sqrt(x² + e²), by an expression: for every backend. */
const charbonnier = definePrimitive({
  name: 'charbonnier',
  shapes: ([x]: readonly [x: Shape], { epsilon }: { epsilon: number }): readonly [y: Shape] => {
    if (epsilon <= 0) throw new ShapeError('charbonnier', `epsilon must be above 0, is ${epsilon}`);
    return [x];
  },
  expressions: ([x], { epsilon }) => [
    elementwise(x.shape, [x], (t) => base.sqrt(base.add(base.mul(t, t), epsilon ** 2))),
  ],
  vjp: ({ g: [g], x: [x], y: [y] }) => [mul(g, div(x, y))],
});

/** Sums of all elements of a row up to each, by a kernel: for the reference backend. */
const cumulativeSum = definePrimitive({
  name: 'cumulativeSum',
  shapes: ([x]: readonly [x: Shape]): readonly [y: Shape] => [x],
  kernel([x], [y]) {
    const n = x.shape.at(-1) ?? 1;
    let total = 0;
    for (const [i, value] of x.data.entries()) {
      total = i % n === 0 ? value : total + value;
      y.data[i] = total;
    }
  },
  vjp: ({ g: [g] }): [Tensor] => [flip(cumulativeSum([flip(g, [-1])], {})[0], [-1])],
});

/** x + 1, and x. */
const plusOneAndItself = definePrimitive({
  name: 'plusOneAndItself',
  shapes: ([x]: readonly [x: Shape]): readonly [more: Shape, same: Shape] => [x, x],
  expressions: ([x]) => [
    elementwise(x.shape, [x], (t) => base.add(t, 1)),
    elementwise(x.shape, [x], (t) => t),
  ],
});

const exchanged = definePrimitive({
  name: 'exchanged',
  shapes: ([a, b]: readonly [a: Shape, b: Shape]): readonly [b: Shape, a: Shape] => [b, a],
  expressions: ([a, b]) => [elementwise(b.shape, [b], (t) => t), elementwise(a.shape, [a], (t) => t)],
});

const reducedTo = (by: 'sum' | 'max', x: Source): Expression => ({
  kind: 'reduction',
  by,
  of: [{ ...x, axes: [0] }],
  finish: { kind: 'total' },
});

/** Of vectors: the sum, twice each element, the largest, and each and one as a row. */
const several = definePrimitive({
  name: 'several',
  shapes: ([x]: readonly [x: Shape]): readonly [sum: Shape, twice: Shape, largest: Shape, row: Shape] => [
    [],
    x,
    [],
    [1, ...x],
  ],
  expressions: ([x]) => [
    reducedTo('sum', x),
    elementwise(x.shape, [x], (t) => base.mul(t, 2)),
    reducedTo('max', x),
    elementwise([1, ...x.shape], [x], (t) => base.add(t, 1)),
  ],
});

const x = variable('x', [2, 3], [0.5, -1, 2, 0.25, -0.75, 1]);

test('a primitive that is an expression: values, gradient, and the gradient’s gradient', async () => {
  const root = (x: Tensor) => charbonnier([x], { epsilon: 0.5 })[0];
  await checkGrads((x) => [root(x)], [x], uniforms());
  await checkGrads((x) => [grad(sum(root(x)), [x])[0]], [x], uniforms());
  const { y } = await referenceBackend()
    .compile({ outputs: { y: root(variable('three', [1], [1.2])) } })
    .run();
  assert.ok(Math.abs(y[0]! - 1.3) < ROUNDING);
});

test('a primitive that has a kernel: on the reference backend', async () => {
  const sums = (x: Tensor) => cumulativeSum([x], {})[0];
  const { y } = await referenceBackend()
    .compile({ outputs: { y: sums(x) } })
    .run();
  assert.equal([...y], [0.5, -0.5, 1.5, 0.25, -0.5, 0.5]);
  await checkGrads((x) => [mul(sums(x), sums(x))], [x], uniforms());
});

test('a kernel finds zeros in its outputs, in each run, and its input in one that lies over that', async () => {
  const [kept, changed] = [variable('kept', [2], [1, 2]), variable('changed', [2], [3, 4])];
  const added = definePrimitive({
    name: 'added',
    shapes: ([a]: readonly [a: Shape]): readonly [y: Shape] => [a],
    kernel([a], [y]) {
      for (const [i, value] of a.data.entries()) y.data[i]! += value;
    },
  });
  const doubled = definePrimitive({
    name: 'doubled',
    shapes: ([a]: readonly [a: Shape]): readonly [y: Shape] => [a],
    inPlace: [[0, 0]],
    kernel([a], [y]) {
      for (const [i, value] of a.data.entries()) y.data[i] = 2 * value;
    },
  });
  const backend = referenceBackend();
  const program = backend.compile({
    outputs: { y: added([kept], {})[0], twice: doubled([mul(kept, 3)], {})[0] },
    updates: new Map([[changed, doubled([changed], {})[0]]]),
  });
  for (let run = 0; run < 3; run++) {
    const { y, twice } = await program.run();
    assert.equal(
      [[...y], [...twice]],
      [
        [1, 2],
        [6, 12],
      ],
    );
  }
  assert.equal([...(await backend.read(changed))], [24, 32]);
});

test('shapes and parameters are checked when it is applied', () => {
  assert.throws(
    () => charbonnier([x], { epsilon: 0 }),
    /charbonnier: epsilon must be above 0, is 0, in charbonnier\(x\)/,
  );
});

test('a name of the library, and a primitive that cannot be computed, are refused', () => {
  const shapes = ([x]: readonly [Shape]): readonly [Shape] => [x];
  assert.throws(
    () => definePrimitive({ name: 'conv2d', shapes, kernel() {} }),
    /definePrimitive: conv2d is a name of the library's own/,
  );
  assert.throws(
    () => definePrimitive({ name: 'copy', shapes, kernel() {} }),
    /definePrimitive: copy is a name of the library's own/,
  );
  assert.throws(() => definePrimitive({ name: 'empty', shapes }), /empty needs expressions or a kernel/);
});

test('operations whose parameters are functions are two where the functions are', async () => {
  const map = definePrimitive({
    name: 'map',
    shapes: ([x]: readonly [x: Shape], _: { f: (x: number) => number }): readonly [y: Shape] => [x],
    kernel: ([x], [y], { f }) => {
      for (const [i, value] of x!.data.entries()) y!.data[i] = f(value);
    },
  });
  const x = input('x', [2]);
  const outputs = { s: map([x], { f: Math.sin })[0], e: map([x], { f: Math.exp })[0] };
  const { s, e } = await referenceBackend()
    .compile({ outputs })
    .run({ x: [1, 2] });
  assert.equal([...s, ...e], [Math.sin(1), Math.sin(2), Math.exp(1), Math.exp(2)]);
});

test('without a vjp there is no gradient, and one of a wrong shape is named', () => {
  const shapes = ([x]: readonly [Shape]): readonly [Shape] => [x];
  const floor = definePrimitive({ name: 'floor', shapes, kernel() {} });
  assert.throws(
    () => grad(sum(floor([x], {})[0]), [x]),
    /grad: the primitive floor was defined without a vjp/,
  );
  const wrong = definePrimitive({ name: 'wrong', shapes, kernel() {}, vjp: ({ g: [g] }) => [sum(g)] });
  assert.throws(
    () => grad(sum(wrong([x], {})[0]), [x]),
    /the rule of wrong must return .*: \[2, 3\]; it returned \[\]/,
  );
});

test('a reduction of several formulas that is not the sum of all is refused when it is compiled', () => {
  const together = (by: 'sum' | 'max', axes: readonly number[]) =>
    definePrimitive({
      name: 'together',
      shapes: (): readonly [y: Shape] => [[2]],
      expressions: ([a, b]: readonly Source[]) => [
        {
          kind: 'reduction',
          by,
          of: [
            { ...a!, axes },
            { ...b!, axes },
          ],
          finish: { kind: 'total' },
        },
      ],
    });
  const compiled = (by: 'sum' | 'max', axes: readonly number[]) =>
    referenceBackend().compile({ outputs: { y: together(by, axes)([x, x], {})[0] } });
  assert.throws(
    () => compiled('sum', [1]),
    /^together: several formulas are summed along all of their axes, not along \[1\] of \[2, 3\]: reduce each/,
  );
  assert.throws(
    () => compiled('max', [0, 1]),
    /^together: several formulas are reduced to their sum alone, not their max: reduce each by itself/,
  );
});

/** A primitive of one input of which only the expressions are looked at, and the shapes. */
const ofExpressions = (
  shapes: readonly [Shape, ...Shape[]],
  expressions: (x: Source) => readonly [Expression, ...Expression[]],
  optional: readonly number[] = [],
) =>
  definePrimitive({
    name: 'made',
    optional,
    shapes: (_: readonly [x: Shape]) => shapes,
    expressions: ([x]) => expressions(x),
  });

test('expressions of other shapes than the outputs are refused when it is compiled', () => {
  const rowSums = (shape: Shape) =>
    ofExpressions([shape], (x) => [
      { kind: 'reduction', by: 'sum', of: [{ ...x, axes: [0] }], finish: { kind: 'total' } },
    ]);
  const compiled = (shape: Shape) =>
    referenceBackend().compile({ outputs: { y: rowSums(shape)([x], {})[0]! } });
  compiled([3]);
  assert.throws(
    () => compiled([]),
    /^made: its expressions are of \[3\], its outputs of \[\]: make them alike/,
  );
});

test('a reduction of more terms than kernels can count is refused when it is compiled', () => {
  const [down, across] = [input('down', [65_536, 1]), input('across', [1, 65_536])];
  assert.throws(
    () => referenceBackend().compile({ outputs: { y: sum(mul(down, across)) } }),
    /^sum: goes over \[65536, 65536\], 4294967296 terms in all, of which a kernel can count 2147483647: take a part/,
  );
});

test('two primitives of one name are not confused', async () => {
  const times = (factor: number) =>
    definePrimitive({
      name: 'times',
      shapes: ([x]: readonly [Shape]): readonly [Shape] => [x],
      expressions: ([x]) => [elementwise(x.shape, [x], (t) => base.mul(t, factor))],
    });
  const s = variable('s', [1], [7]);
  const outputs = { twice: times(2)([s], {})[0], thrice: times(3)([s], {})[0] };
  const { twice, thrice } = await referenceBackend().compile({ outputs }).run();
  assert.equal([...twice, ...thrice], [14, 21]);
});

for (const { name, open } of oneOfEachKind) {
  const own = suite(`primitives of one's own: ${name}`);
  own('a name that every object has is like any other', async () => {
    const backend = await open();
    const twice = definePrimitive({
      name: 'toString',
      shapes: ([x]: readonly [x: Shape]): readonly [y: Shape] => [x],
      expressions: ([x]) => [elementwise(x.shape, [x], (t) => base.add(t, t))],
    });
    const [y] = twice([variable('three', [1], [1.5])], {});
    assert.equal([...(await backend.compile({ outputs: { y } }).run()).y], [3]);
    await backend.dispose();
  });

  own('an optional output that nobody reads disturbs nothing', async () => {
    const n = 300;
    const twice = ofExpressions(
      [[n], [n]],
      (x) => [elementwise([n], [x], (t) => base.mul(t, 2)), elementwise([n], [x], (t) => base.mul(t, 3))],
      [1],
    );
    const backend = await open();
    const z = input('z', [2]);
    const powers = backend.compile({ outputs: { y: exp(z) } });
    const before = [...(await powers.run({ z: [0, 1] })).y];
    const program = backend.compile({ outputs: { y: twice([input('long', [n])], {})[0]! } });
    const { y } = await program.run({ long: new Array(n).fill(5) });
    assert.equal([...y], new Array(n).fill(10));
    assert.equal([...(await powers.run({ z: [0, 1] })).y], before);
    await backend.dispose();
  });

  own('the axes of a reduction have no order', async () => {
    const along = (axes: readonly number[]) =>
      ofExpressions([[3]], (x) => [
        { kind: 'reduction', by: 'sum', of: [{ ...x, axes }], finish: { kind: 'total' } },
      ]);
    const backend = await open();
    const deep = input('deep', [2, 3, 4, 5]);
    const outputs = { y: along([0, 3, 2])([deep], {})[0]! };
    const { y } = await backend.compile({ outputs }).run({ deep: Array.from({ length: 120 }, (_, i) => i) });
    // Of row c: 20 numbers from 20 c on, and 20 from 60 + 20 c on.
    assert.equal([...y], [1580, 2380, 3180]);
    await backend.dispose();
  });

  own('an expression is computed, joined with what is around it', async () => {
    const backend = await open();
    const values = [3, 0, -4];
    const v = input('v', [3]);
    const y = mul(2, charbonnier([mul(v, 1.5)], { epsilon: 2 })[0]);
    const found = await backend.compile({ outputs: { y } }).run({ v: values });
    values.forEach((value, i) => {
      assert.ok(Math.abs(found.y[i]! - 2 * Math.hypot(1.5 * value, 2)) < SINGLE, `${found.y}`);
    });
    await backend.dispose();
  });

  own('an output is written over an input that another output hands on as it is', async () => {
    const backend = await open();
    const y = mul(input('x', [4]), 1);
    const [more, same] = plusOneAndItself([y], {});
    const found = await backend.compile({ outputs: { more, same } }).run({ x: [1, 2, 3, 4] });
    assert.equal([...found.more, ...found.same], [2, 3, 4, 5, 1, 2, 3, 4]);
    await backend.dispose();
  });

  own('outputs of several kinds and shapes are computed one after the other', async () => {
    const backend = await open();
    const [sum, twice, largest, row] = several([input('x', [4])], {});
    const outputs = { sum, twice, largest, row };
    const found = await backend.compile({ outputs }).run({ x: [1, 2, 3, 4] });
    assert.equal(
      Object.values(found).map((values) => [...values]),
      [[10], [2, 4, 6, 8], [4], [2, 3, 4, 5]],
    );
    await backend.dispose();
  });

  own('two variables are exchanged by one operation', async () => {
    const backend = await open();
    const [a, b] = [variable('a', [3], [1, 2, 3]), variable('b', [3], [4, 5, 6])];
    const [first, second] = exchanged([a, b], {});
    const step = backend.compile({
      outputs: {},
      updates: new Map([
        [a, first],
        [b, second],
      ]),
    });
    for (const wanted of [
      [4, 5, 6, 1, 2, 3],
      [1, 2, 3, 4, 5, 6],
    ]) {
      await step.run();
      assert.equal([...(await backend.read(a)), ...(await backend.read(b))], wanted);
    }
    await backend.dispose();
  });

  own('a kernel for the reference backend alone is refused by others when they compile', async () => {
    const backend = await open();
    const graph = { outputs: { y: cumulativeSum([x], {})[0] } };
    if (name === 'reference') {
      assert.equal([...(await backend.compile(graph).run()).y], [0.5, -0.5, 1.5, 0.25, -0.5, 0.5]);
    } else {
      const kind = name.startsWith('gpujs') ? 'gpujs' : 'wasm';
      assert.throws(
        () => backend.compile(graph),
        (error: Error) =>
          error.name === 'BackendError' &&
          error.message ===
            `the primitive cumulativeSum has no kernel on ${kind}: define it by expressions, which every backend computes; a kernel of its own runs on the reference backend alone`,
      );
    }
    await backend.dispose();
  });
  own.run();
}

test.run();
