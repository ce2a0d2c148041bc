import { spawnSync } from 'node:child_process';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { gpujsBackend } from '../../src/backends/gpujs/index.ts';
import {
  add,
  type Backend,
  BackendError,
  broadcastTo,
  bytesOf,
  cast,
  formatProgram,
  formatTensor,
  input,
  mul,
  padBorder,
  Random,
  referenceBackend,
  reshape,
  ShapeError,
  sub,
  transpose,
  variable,
  wasmBackend,
} from '../../src/index.ts';

const half = { dtype: 'float16' } as const;

/** The largest float16, and half a unit more of its last place, which is infinite. */
const LARGEST = 65504;
const TOO_LARGE = 65520;

test('elements are rounded to 11 bits, and what is too large is infinite', async () => {
  const y = cast(input('x', [6]), 'float16');
  const run = referenceBackend()
    .compile({ outputs: { y } })
    .run({ x: [1, 1 / 3, 2049, LARGEST, TOO_LARGE, 1e-8] });
  // 1/3 = 0.333…: 1365 / 4096; of 2048 and 2050 the even one; what is below 2^-25 is zero.
  assert.equal([...(await run).y], [1, 1365 / 4096, 2048, LARGEST, Infinity, 0]);
  assert.instance((await run).y, Float32Array);
});

test('every operation takes float16 and gives float32; a reshape is the same memory', () => {
  const x = input('x', [2, 3], half);
  assert.equal(
    [x, reshape(x, [6]), transpose(x, [1, 0]), add(x, 1), cast(add(x, 1), 'float16'), cast(x, 'float32')].map(
      ({ dtype }) => dtype,
    ),
    ['float16', 'float16', 'float32', 'float32', 'float16', 'float32'],
  );
});

test('a dtype that there is not is refused at once, with those that there are', () => {
  const untyped = (given: unknown) => given as 'float16';
  const refused = (attempt: () => unknown, problem: string) =>
    assert.throws(
      attempt,
      (error: Error) =>
        error instanceof ShapeError &&
        error.message.startsWith(`${problem}, which is no dtype: take one of float16, float32`),
    );
  refused(() => input('x', [2], { dtype: untyped('int8') }), 'input: x is int8');
  refused(() => variable('w', [2], [1, 2], { dtype: untyped('float64') }), 'variable: w is float64');
  refused(() => cast(input('x', [2]), untyped('bfloat16')), 'cast: the result would be bfloat16');
  refused(() => cast(input('x', [2]), untyped(undefined)), 'cast: the result would be undefined');
});

test('what repeats or surrounds nothing gives float32, too, with the same values', async () => {
  const [x, image] = [input('x', [2], half), input('image', [1, 1, 2, 1], half)];
  const none = [
    [0, 0],
    [0, 0],
  ] as const;
  const outputs = {
    repeated: broadcastTo(x, [2]),
    aligned: broadcastTo(x, [1, 2]),
    surrounded: padBorder(image, none, 'reflect'),
  };
  const types = Object.values(outputs).map(({ dtype }) => dtype);
  assert.equal(types, ['float32', 'float32', 'float32']);
  const found = await referenceBackend()
    .compile({ outputs })
    .run({ x: [1, 2], image: [3, 4] });
  assert.equal([...found.repeated, ...found.aligned, ...found.surrounded], [1, 2, 1, 2, 3, 4]);
});

test('what reads a rounded value reads it rounded, whatever else is joined', async () => {
  const x = input('x', [50]);
  const y = mul(cast(mul(x, x), 'float16'), 3);
  const given = Float64Array.from({ length: 50 }, (_, i) => i / 7);
  for (const precision of ['float32', 'float64'] as const) {
    const backend = referenceBackend({ precision });
    const found = (await backend.compile({ outputs: { y } }).run({ x: given })).y;
    const wanted = given.map((v) => 3 * Math.f16round(v * v));
    const places = precision === 'float64' ? 0 : 2 ** -10;
    assert.ok(found.every((value, i) => Math.abs(value - wanted[i]!) <= places * wanted[i]!));
    if (precision === 'float64') assert.equal([...found], [...wanted]);
  }
});

test('what changes nothing is left out, but no rounding', () => {
  const x = input('x', [4]);
  const count = (y: ReturnType<typeof cast>) =>
    referenceBackend()
      .compile({ outputs: { y } })
      .program.instructions.filter(({ name }) => name === 'cast').length;
  assert.is(count(add(cast(x, 'float32'), 1)), 0);
  assert.is(count(cast(cast(x, 'float16'), 'float16')), 1);
  assert.is(count(cast(cast(x, 'float16'), 'float32')), 2);
});

test('a value of float16 takes half the memory, and is printed with its type', () => {
  const [w, x] = [variable('w', [64, 32], undefined, half), input('x', [64, 32], half)];
  const y = cast(mul(add(w, x), 2), 'float16');
  const { program } = referenceBackend({ precision: 'float32' }).compile({ outputs: { y } });
  assert.is(formatTensor(y), 'cast(mul(add(w, x), 2), dtype="float16")  [64, 32] float16');
  assert.is(
    formatProgram(program),
    [
      'program: 1 instructions, arena 4.0 kB, 1 variables 4.0 kB',
      '  input x [64, 32] float16',
      '  variable w [64, 32] float16',
      '  %0 [64, 32] float16 @0 = cast(mul(add(w, x), 2)) dtype="float16"',
      '  output y = %0',
      '',
    ].join('\n'),
  );
  assert.equal(program.inputs.map(bytesOf), [2 * 64 * 32]);
});

test('a variable of float16 is rounded when it starts, is written and is updated, in place', async () => {
  const w = variable('w', [3], [0.1, 0.2, 0.3], half);
  const backend = referenceBackend();
  const next = cast(sub(w, mul(0.1, input('g', [3]))), 'float16');
  const step = backend.compile({ outputs: {}, updates: new Map([[w, next]]) });
  assert.is(step.program.instructions.length, 1);
  let wanted = [0.1, 0.2, 0.3].map(Math.f16round);
  assert.equal([...(await backend.read(w))], wanted);
  await step.run({ g: [1, 2, 3] });
  wanted = wanted.map((value, i) => Math.f16round(value - 0.1 * (i + 1)));
  assert.equal([...(await backend.read(w))], wanted);
  backend.write(w, [1 / 3, 1, 2]);
  assert.equal([...(await backend.read(w))], [1365 / 4096, 1, 2]);
});

test('values of both sizes share an arena without harm', async () => {
  const random = new Random('sizes');
  const given = Float64Array.from({ length: 33 }, () => random.uniform() - 0.5);
  const x = input('x', [33]);
  let [y, wanted] = [x, given];
  for (let turn = 0; turn < 8; turn++) {
    y = cast(add(mul(y, 1.5), x), 'float16');
    wanted = wanted.map((value, i) => Math.f16round(value * 1.5 + given[i]!));
  }
  const { y: found } = await referenceBackend().compile({ outputs: { y } }).run({ x: given });
  assert.equal([...found], [...wanted]);
});

test('a variable changes to its own type alone', () => {
  const [w, v] = [variable('w', [2], undefined, half), variable('v', [2])];
  const { compile } = referenceBackend();
  const refused = (from: typeof w, to: ReturnType<typeof add>, message: RegExp) =>
    assert.throws(
      () => compile({ outputs: {}, updates: new Map([[from, to]]) }),
      (error: Error) => error instanceof ShapeError && message.test(error.message),
    );
  refused(w, add(w, 1), /w \[2\] float16 cannot become \[2\]: cast it to float16/);
  refused(v, cast(v, 'float16'), /v \[2\] cannot become \[2\] float16: cast it to float32/);
});

const refusing: Readonly<Record<string, () => Promise<Backend>>> = {
  wasm: () => wasmBackend({ threads: 1 }),
  'gpujs cpu': () => gpujsBackend({ mode: 'cpu' }),
};

test('the reference backend does not name itself as the remedy', () => {
  const library = new URL('../../src/index.ts', import.meta.url);
  const program = `
    delete globalThis.Float16Array;
    const { input, referenceBackend } = await import('${library}');
    referenceBackend().compile({ outputs: { x: input('x', [2], { dtype: 'float16' }) } });`;
  const { stderr } = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
    encoding: 'utf8',
  });
  assert.match(
    stderr,
    /: x is float16, and reference without Float16Array stores float32 alone: make it float32, or take Node 24, which has it\n/,
  );
});

for (const [name, open] of Object.entries(refusing)) {
  test(`${name} has no float16, and says so by name`, async () => {
    const backend = await open();
    const w = variable('w', [2], undefined, half);
    const message = new RegExp(`^w is float16, and ${name} stores float32 alone: make it float32, or take`);
    const isTold = (error: Error) => error instanceof BackendError && message.test(error.message);
    assert.throws(() => backend.compile({ outputs: { y: add(w, 1) } }), isTold);
    assert.ok(await backend.read(w).then(() => false, isTold));
    assert.throws(() => backend.write(w, [1, 2]), isTold);
    assert.throws(
      () => backend.compile({ outputs: { y: add(cast(input('x', [2]), 'float16'), 1) } }),
      /^cast\(…\) is float16, and/,
    );
    await backend.dispose();
  });
}

test.run();
