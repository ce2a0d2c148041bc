import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  adam,
  add,
  type Backend,
  batchNormGrad,
  broadcastTo,
  type Data,
  div,
  exp,
  type Feeds,
  formatProgram,
  full,
  type Graph,
  input,
  maximum,
  minimum,
  mul,
  neg,
  Random,
  referenceBackend,
  relu,
  reshape,
  ShapeError,
  square,
  sub,
  sum,
  type Tensor,
  transpose,
  type Variable,
  variable,
  windowedAttention,
} from '../../src/index.ts';
import { apply } from '../../src/tensor.ts';
import { testedBackends } from '../testedBackends.ts';

type Numbers = Readonly<Record<string, readonly number[]>>;

for (const { name, open } of testedBackends.filter(({ primitives }) => primitives === undefined)) {
  let backend: Backend;
  const prepared = (title: string) => {
    const tests = suite(`${title}: ${name}`);
    tests.before(async () => {
      backend = await open();
    });
    tests.after(() => backend.dispose());
    return tests;
  };
  const run = async (graph: Graph, feeds: Feeds = {}): Promise<Numbers> =>
    asNumbers(await backend.compile(graph).run(feeds));
  const read = async (v: Variable) => [...(await backend.read(v))];

  const inPlace = prepared('values that are read again survive');
  const x = input('x', [3]);
  const fed = { x: [1, 2, 3] };

  inPlace('a result of an operation that can be overwritten', async () => {
    const a = add(x, 1);
    const b = neg(a);
    const c = mul(a, b);
    assert.equal(await run({ outputs: { c } }, fed), { c: [-4, -9, -16] });
    assert.equal(await run({ outputs: { a, b, c } }, fed), {
      a: [2, 3, 4],
      b: [-2, -3, -4],
      c: [-4, -9, -16],
    });
  });

  inPlace('an input of the program', async () => {
    const b = neg(x);
    assert.equal(await run({ outputs: { y: add(mul(b, 10), x) } }, fed), { y: [-9, -18, -27] });
    assert.equal(await run({ outputs: { b, x } }, fed), { b: [-1, -2, -3], x: [1, 2, 3] });
  });

  inPlace('a value that an operation takes twice', async () => {
    const a = add(x, 1);
    assert.equal(await run({ outputs: { y: mul(a, a) } }, fed), { y: [4, 9, 16] });
    assert.equal(await run({ outputs: { y: sub(mul(a, a), a) } }, fed), { y: [2, 6, 12] });
  });

  inPlace('the right one of two operands', async () => {
    const [a, b] = [add(x, 1), mul(x, 2)];
    assert.equal(await run({ outputs: { y: sub(a, b), a } }, fed), { y: [0, -1, -2], a: [2, 3, 4] });
    assert.equal(await run({ outputs: { y: sub(a, b), b } }, fed), { y: [0, -1, -2], b: [2, 4, 6] });
  });

  inPlace('a value under another shape', async () => {
    const a = add(x, 1);
    const column = reshape(a, [3, 1]);
    const y = neg(column);
    assert.equal(await run({ outputs: { y, a } }, fed), { y: [-2, -3, -4], a: [2, 3, 4] });
    assert.equal(await run({ outputs: { y: add(reshape(y, [3]), mul(a, 10)) } }, fed), { y: [18, 27, 36] });
  });

  inPlace('a scalar beside a tensor of one element', async () => {
    const s = input('s', []);
    const one = input('one', [1]);
    const y = sub(neg(s), neg(one));
    assert.equal(await run({ outputs: { y, again: neg(s) } }, { s: [5], one: [3] }), {
      y: [-2],
      again: [-5],
    });
  });

  inPlace('a scalar does not lend its memory to a tensor', async () => {
    const [s, long] = [input('s', []), input('long', [40])];
    const doubled = mul(long, 2);
    const y = add(neg(s), long);
    const found = await run({ outputs: { y, z: add(y, doubled) } }, { s: [1], long: new Array(40).fill(3) });
    assert.equal(found, { y: new Array(40).fill(2), z: new Array(40).fill(8) });
  });

  inPlace('a variable that is not updated', async () => {
    const w = variable('w', [3], [1, 2, 3]);
    assert.equal(await run({ outputs: { y: relu(neg(neg(w))) } }), { y: [1, 2, 3] });
    assert.equal(await read(w), [1, 2, 3]);
  });

  inPlace('logits from which two later states start', async () => {
    const theta = input('theta', [1, 1, 3, 1]);
    const params = { q: 3, normalize: 'mean' } as const;
    const S1 = windowedAttention(theta, theta, theta, params).logits;
    const twice = windowedAttention(theta, theta, theta, { ...params, previous: S1 }).logits;
    const shifted = windowedAttention(theta, neg(theta), theta, { ...params, previous: S1 }).logits;
    const found = await run({ outputs: { S1, twice, shifted } }, { theta: [1, 2, 3] });
    // The neighbours are in a circle of three, from the left one to the right; the rows above and below are the same row.
    const products = [
      [3, 1, 2],
      [2, 4, 6],
      [6, 9, 3],
    ];
    const rows = products.flatMap((row) => [...row, ...row, ...row]);
    assert.equal(found, { S1: rows, twice: rows.map((s) => 2 * s), shifted: rows.map(() => 0) });
  });

  inPlace('a cotangent that is used twice', async () => {
    const g = input('g', [2, 1]);
    const [zero, one] = [full([1], 0), full([1], 1)];
    const u = add(g, 0);
    const { dx } = batchNormGrad(u, input('v', [2, 1]), one, zero, zero, one, { epsilon: 0, relu: false });
    // x̂ = 1, -1: dshift 8, dscale -2, dx = g - 8/2 + x̂.
    const found = await run({ outputs: { dx, y: add(u, dx) } }, { g: [3, 5], v: [1, -1] });
    assert.equal(found, { dx: [0, 0], y: [3, 5] });
  });

  inPlace('psi that is the earlier logits, too', async () => {
    const [theta, p] = [input('theta', [1, 1, 3, 9]), input('p', [1, 1, 3, 9])];
    const psi = add(p, 1);
    const params = { q: 3, normalize: 'mean', previous: psi } as const;
    const { logits } = windowedAttention(theta, psi, input('g', [1, 1, 3, 1]), params);
    // Each pixel of psi is nine times 1, 2 or 3, and theta takes the first of the nine: logit ij = psi_j + psi_i.
    const nine = (values: readonly number[]) => values.flatMap((value) => new Array(9).fill(value));
    const first = new Array(27).fill(0).map((_, i) => Number(i % 9 === 0));
    const found = await run({ outputs: { logits } }, { theta: first, p: nine([0, 1, 2]), g: [0, 0, 0] });
    const rows = [
      [4, 2, 3],
      [3, 4, 5],
      [5, 6, 4],
    ];
    assert.equal(found, { logits: rows.flatMap((row) => [...row, ...row, ...row]) });
  });
  inPlace.run();

  const updates = prepared('updates of variables');

  updates('a counter, run after run', async () => {
    const count = variable('count', []);
    const step = backend.compile({ outputs: {}, updates: new Map([[count, add(count, 1)]]) });
    for (const expected of [1, 2, 3]) {
      await step.run();
      assert.equal(await read(count), [expected]);
    }
  });

  updates('two variables change places, again and again', async () => {
    const [a, b] = [variable('a', [2], [1, 2]), variable('b', [2], [3, 4])];
    const swap = backend.compile({
      outputs: {},
      updates: new Map([
        [a, b],
        [b, a],
      ]),
    });
    await swap.run();
    assert.equal(
      [await read(a), await read(b)],
      [
        [3, 4],
        [1, 2],
      ],
    );
    await swap.run();
    assert.equal(
      [await read(a), await read(b)],
      [
        [1, 2],
        [3, 4],
      ],
    );
  });

  updates('three variables in a circle', async () => {
    const [a, b, c] = [1, 2, 3].map((n) => variable(`v${n}`, [], [n])) as [Variable, Variable, Variable];
    await run({
      outputs: {},
      updates: new Map([
        [a, b],
        [b, c],
        [c, a],
      ]),
    });
    assert.equal(await Promise.all([a, b, c].map(read)), [[2], [3], [1]]);
  });

  updates('Fibonacci: both new values are made of both old ones', async () => {
    const [a, b] = [variable('a', [], [0]), variable('b', [], [1])];
    const step = backend.compile({
      outputs: {},
      updates: new Map<Variable, Tensor>([
        [a, b],
        [b, add(a, b)],
      ]),
    });
    for (let i = 0; i < 10; i++) await step.run();
    assert.equal([await read(a), await read(b)], [[55], [89]]);
  });

  updates('a new value that later operations read', async () => {
    const w = variable('w', [2], [1, 2]);
    const next = add(w, 1);
    assert.equal(await run({ outputs: { y: mul(next, 10) }, updates: new Map([[w, next]]) }), {
      y: [20, 30],
    });
    assert.equal(await read(w), [2, 3]);
  });

  updates('an old value that is read after the new one is made', async () => {
    const w = variable('w', [2], [1, 2]);
    const next = add(w, 1);
    const y = mul(w, next);
    assert.equal(await run({ outputs: { y, next }, updates: new Map([[w, next]]) }), {
      y: [2, 6],
      next: [2, 3],
    });
    assert.equal(await read(w), [2, 3]);
  });

  updates('a new value that is made without place for the old one', async () => {
    const w = variable('w', [2, 2], [1, 2, 3, 4]);
    await run({ outputs: {}, updates: new Map([[w, transpose(w)]]) });
    assert.equal(await read(w), [1, 3, 2, 4]);
  });

  updates('by a reshape, of an input and of another variable', async () => {
    const w = variable('w', [2, 2]);
    const v = variable('v', [4], [5, 6, 7, 8]);
    await run(
      { outputs: {}, updates: new Map([[w, reshape(input('x', [4]), [2, 2])]]) },
      { x: [1, 2, 3, 4] },
    );
    assert.equal(await read(w), [1, 2, 3, 4]);
    await run({
      outputs: {},
      updates: new Map<Variable, Tensor>([
        [w, reshape(v, [2, 2])],
        [v, reshape(w, [4])],
      ]),
    });
    assert.equal(
      [await read(w), await read(v)],
      [
        [5, 6, 7, 8],
        [1, 2, 3, 4],
      ],
    );
  });

  updates('two variables from one value', async () => {
    const [a, b] = [variable('a', [2]), variable('b', [2], [7, 7])];
    const value = add(a, 1);
    const step = backend.compile({
      outputs: { value },
      updates: new Map([
        [a, value],
        [b, value],
      ]),
    });
    for (const n of [1, 2]) {
      assert.equal(asNumbers(await step.run()), { value: [n, n] });
      assert.equal(
        [await read(a), await read(b)],
        [
          [n, n],
          [n, n],
        ],
      );
    }
  });

  updates('a variable from itself, and from a constant', async () => {
    const [a, b] = [variable('a', [2], [1, 2]), variable('b', [2])];
    await run({
      outputs: {},
      updates: new Map<Variable, Tensor>([
        [a, a],
        [b, full([2], 4)],
      ]),
    });
    assert.equal(
      [await read(a), await read(b)],
      [
        [1, 2],
        [4, 4],
      ],
    );
  });

  updates('the outputs of one operation, each into a variable and the wrong way round', async () => {
    const [w, m, v] = ['w', 'm', 'v'].map((n) => variable(n, [], [1])) as [Variable, Variable, Variable];
    const [rate, step] = [full([], 0), full([], 1)];
    const next = adam(w, full([], 3), { m, v }, { rate, step }, { beta1: 0.5, beta2: 0.5, epsilon: 1 });
    await run({
      outputs: {},
      updates: new Map([
        [w, next.value],
        [m, next.v],
        [v, next.m],
      ]),
    });
    // m' = 1/2 + 3/2, v' = 1/2 + 9/2
    assert.equal(await Promise.all([w, m, v].map(read)), [[1], [5], [2]]);
  });

  updates('programs of one backend share their variables', async () => {
    const w = variable('w', [2], [1, 2]);
    const doubled = backend.compile({ outputs: { y: mul(w, 2) } });
    await run({ outputs: {}, updates: new Map([[w, exp(mul(w, 0))]]) });
    assert.equal(asNumbers(await doubled.run()), { y: [2, 2] });
    backend.write(w, [5, 6]);
    assert.equal(asNumbers(await doubled.run()), { y: [10, 12] });
    assert.equal([...w.initial], [1, 2]);
  });
  updates.run();

  const constants = prepared('constants');
  constants('infinities and NaN are not mixed up', async () => {
    const [least, largest] = [maximum(x, -Infinity), minimum(x, Infinity)];
    assert.equal(await run({ outputs: { least, largest } }, fed), { least: [1, 2, 3], largest: [1, 2, 3] });
    const nan = full([], Number.NaN);
    const found = await run({ outputs: { nan, infinity: full([], Infinity) } });
    assert.equal(found, { nan: [Number.NaN], infinity: [Infinity] });
  });
  constants('0 and -0 are not mixed up', async () => {
    const found = await run({ outputs: { above: div(1, full([], 0)), below: div(1, full([], -0)) } });
    assert.equal(found, { above: [Infinity], below: [-Infinity] });
  });
  constants.run();
}

const checks = suite('compile');
const { compile } = referenceBackend();

checks('equal operations are computed once', () => {
  const x = input('x', [3]);
  const { program } = compile({
    outputs: { a: exp(x), b: exp(x), c: exp(reshape(reshape(x, [1, 3]), [3])) },
  });
  assert.equal(
    program.instructions.map((instruction) => instruction.name),
    ['exp'],
  );
});

checks('operations with other parameters are not', () => {
  const x = input('x', [2, 2]);
  const { program } = compile({ outputs: { a: sum(x, { axes: [0] }), b: sum(x, { axes: [1] }) } });
  assert.is(program.instructions.length, 2);
});

checks('what no output needs is left out', () => {
  const x = input('x', [3]);
  exp(x);
  const { program } = compile({ outputs: { y: neg(x) } });
  assert.is(program.instructions.length, 1);
});

checks('a chain works in the memory of its first value', () => {
  const x = input('x', [100]);
  const { program } = compile({ outputs: { y: exp(neg(relu(exp(x)))) } });
  // 100 numbers of 8 bytes, rounded up to cache lines of 64
  assert.is(program.peak, 832);
});

checks('an Adam step needs no memory beside its variables and the gradient', () => {
  const [w, m, v] = ['w', 'm', 'v'].map((n) => variable(n, [100])) as [Variable, Variable, Variable];
  const schedule = { rate: input('rate', []), step: input('step', []) };
  const next = adam(w, input('g', [100]), { m, v }, schedule, { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 });
  const { program } = compile({
    outputs: {},
    updates: new Map([
      [w, next.value],
      [m, next.m],
      [v, next.v],
    ]),
  });
  assert.is(program.instructions.length, 1);
  assert.is(program.peak, 832 + 64 + 64);
});

checks('correlation is propagated in one buffer', () => {
  const theta = input('theta', [1, 8, 8, 1]);
  const params = { q: 7, normalize: 'softmax' } as const;
  let state = windowedAttention(theta, theta, theta, params);
  for (let t = 2; t <= 5; t++) {
    state = windowedAttention(theta, theta, state.Z, { ...params, previous: state.logits });
  }
  const { program } = compile({ outputs: { Z: state.Z } });
  assert.equal(program.instructions.at(-1)!.outputs[1]!.storage, { kind: 'none' });
  // theta, two Z and one S of 64 · 49 elements
  assert.is(program.peak, 8 * (3 * 64 + 64 * 49));
});

checks('the values of a run have the names of the outputs, and no other ones', async () => {
  const { y } = await compile({ outputs: { y: full([2], 3) } }).run();
  assert.equal([...y], [3, 3]);
  const program = compile({ outputs: { y: full([], 3) } });
  // @ts-expect-error there is no output z
  assert.is((await program.run()).z, undefined);
});

checks('an update must have its variable’s shape', () => {
  const w = variable('w', [2]);
  const attempt = () => compile({ outputs: {}, updates: new Map([[w, full([1, 2], 0)]]) });
  assert.throws(attempt, (error: Error) => error instanceof ShapeError);
  assert.throws(attempt, /compile: w \[2\] cannot become \[1, 2\]/);
});

checks('the old value of a variable that changes cannot be an output, in no shape', () => {
  const w = variable('w', [2]);
  const updates = new Map([[w, neg(w)]]);
  const message = /compile: output old is a variable that the program changes; read it from the backend/;
  assert.throws(() => compile({ outputs: { old: w }, updates }), message);
  assert.throws(() => compile({ outputs: { old: reshape(w, [1, 2]) }, updates }), message);
  const swapped = new Map([[w, variable('v', [2])]]);
  assert.throws(() => compile({ outputs: { old: reshape(w, [1, 2]) }, updates: swapped }), message);
});
checks.run();

const fuzz = suite('random programs');
const fuzzed = referenceBackend();

/** The value of a tensor, each operation in a program of its own, so that no two share memory. */
async function oneByOne(tensor: Tensor, known: Map<Tensor, Data>): Promise<Data> {
  const { origin } = tensor;
  if (origin.kind !== 'operation') return known.get(tensor)!;
  const { primitive, inputs, params, outputs } = origin.operation;
  if (!known.has(tensor)) {
    const feeds: Record<string, Data> = {};
    for (const [i, x] of inputs.entries()) feeds[`${i}`] = await oneByOne(x, known);
    const fresh = inputs.map((x, i) => input(`${i}`, x.shape));
    const results = apply(primitive, fresh, params);
    const named = Object.fromEntries(results.map((y, i) => [`${i}`, y]));
    const values = await fuzzed.compile({ outputs: named }).run(feeds);
    for (const [i, y] of outputs.entries()) known.set(y, values[`${i}`]!);
  }
  return known.get(tensor)!;
}

fuzz('200 programs of up to 12 operations give what their operations give one by one', async () => {
  const random = new Random('programs');
  const schedule = { rate: full([], 0.5), step: full([], 1) };
  const params = { beta1: 0.5, beta2: 0.5, epsilon: 1 };
  for (let round = 0; round < 200; round++) {
    const draw = () => Float32Array.from({ length: 6 }, () => 2 * random.uniform() - 1);
    const variables = [0, 1, 2].map((i) => variable(`v${i}`, [2, 3], draw()));
    const inputs = [0, 1].map((i) => input(`x${i}`, [2, 3]));
    const feeds = { x0: draw(), x1: draw() };
    const pool: Tensor[] = [...variables, ...inputs];
    const pick = () => pool[random.integer(pool.length)]!;
    const constant = () => full([[], [2, 3]][random.integer(2)]!, random.integer(4) - 1);
    const makers: (() => readonly Tensor[])[] = [
      () => [neg(pick())],
      () => [add(pick(), pick())],
      () => [sub(pick(), sum(pick()))],
      () => [reshape(transpose(pick()), [2, 3])],
      () => [reshape(neg(reshape(pick(), [3, 2])), [2, 3])],
      () => [mul(pick(), 0.5)],
      // What is simplified
      () => [mul(constant(), pick())],
      () => [add(pick(), constant())],
      () => [sub(pick(), constant())],
      () => [sub(constant(), pick())],
      () => [div(pick(), full([], 1 + random.integer(2)))],
      () => [sub(pick(), neg(pick()))],
      () => [mul(pick(), broadcastTo(sum(constant()), [2, 3]))],
      () => [transpose(transpose(pick()))],
      () => [sum(pick(), { axes: [] })],
      () => {
        const next = adam(pick(), pick(), { m: pick(), v: mul(0.5, square(pick())) }, schedule, params);
        return Object.values(next);
      },
    ];
    for (let i = 0; i < 1 + random.integer(12); i++) pool.push(...makers[random.integer(makers.length)]!());

    const updates = new Map(variables.slice(random.integer(4)).map((v) => [v, pick()]));
    const results = pool.filter((t) => random.integer(3) === 0 && !updates.has(t as Variable));
    const outputs = Object.fromEntries(results.map((t, i) => [`y${i}`, t]));
    const known = new Map<Tensor, Data>(variables.map((v) => [v, v.initial]));
    for (const [i, x] of inputs.entries()) known.set(x, [feeds.x0, feeds.x1][i]!);
    const wanted = new Map<string, Data>();
    for (const [name, t] of Object.entries(outputs)) wanted.set(name, await oneByOne(t, known));
    const wantedVariables = await Promise.all(variables.map((v) => oneByOne(updates.get(v) ?? v, known)));

    const program = fuzzed.compile({ outputs, updates });
    const fed = Object.fromEntries(
      program.program.inputs.map(({ name }) => [name, feeds[name as 'x0' | 'x1']]),
    );
    const found = await program.run(fed);
    const text = formatProgram(program.program);
    for (const [name, values] of wanted) assert.equal([...found[name]!], [...values], `${name} of ${text}`);
    for (const [i, v] of variables.entries()) {
      assert.equal([...(await fuzzed.read(v))], [...wantedVariables[i]!], `${v.name} of ${text}`);
    }
  }
});
fuzz.run();

function asNumbers(values: Readonly<Record<string, ArrayLike<number>>>): Numbers {
  return Object.fromEntries(Object.entries(values).map(([name, data]) => [name, [...Array.from(data)]]));
}
