import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { gpujsBackend } from '../../src/backends/gpujs/index.ts';
import {
  abs,
  add,
  type Backend,
  broadcastTo,
  concatenate,
  crop,
  type Data,
  div,
  exp,
  flip,
  formatProgram,
  greater,
  input,
  leakyRelu,
  matmul,
  max,
  maximum,
  mean,
  minimum,
  mul,
  neg,
  type Program,
  pad,
  Random,
  referenceBackend,
  relu,
  reshape,
  type Shape,
  sigmoid,
  sizeOf,
  sub,
  sum,
  type Tensor,
  take,
  tanh,
  transpose,
  wasmBackend,
  where,
} from '../../src/index.ts';

/** Graphs on each backend: enough to meet every pair of operations many times; fewer for every save. */
const GRAPHS = process.env.NLRN_QUICK_TESTS === undefined ? 2000 : 100;

/** Operations of a graph, at most. */
const LONGEST = 14;

/**
 * Of float32 results, relative to the largest number that the graph came across: a dozen operations, each rounded to
 * 6e-8, some of which subtract what is nearly equal. An element that is taken from a wrong place is a thousand times as far.
 */
const TOLERANCE = 2e-5;

/** A graph of random operations on small tensors, and what it is fed. */
interface RandomGraph {
  readonly outputs: Record<string, Tensor>;
  /** All that has been made on the way, which leaves nothing to be fused, and no memory to be taken again */
  readonly steps: Record<string, Tensor>;
  readonly feeds: Record<string, Float32Array>;
}

/** Tensors of a graph that stay within a few units, so that no exponential leaves float32. */
function randomGraph(seed: number): RandomGraph {
  const random = new Random(`graph ${seed}`);
  const pick = <T>(items: readonly T[]): T => items[random.integer(items.length)]!;
  const shapes: readonly Shape[] = [[2, 3], [3], [2, 1], [], [4, 2, 3], [1, 6], [5, 17], [17]];
  const feeds: Record<string, Float32Array> = {};
  const pool = Array.from({ length: 3 }, (_, i) => {
    const shape = pick(shapes);
    feeds[`x${i}`] = Float32Array.from({ length: sizeOf(shape) }, () => 2 * random.uniform() - 1);
    return input(`x${i}`, shape);
  });
  const any = () => pick(pool);
  const axesOf = ({ shape }: Tensor) => [...shape.keys()].filter(() => random.integer(2) === 0);
  const marginsOf = ({ shape }: Tensor, most: (n: number) => number) =>
    shape.map((n) => [random.integer(most(n)), random.integer(most(n))] as const);
  /** Another tensor that can be repeated to one shape with x, x itself if there is none. */
  const partner = (x: Tensor) => pick(pool.filter((y) => isCommon(x.shape, y.shape)));
  const makers: ((x: Tensor) => Tensor)[] = [
    ...[neg, abs, relu, sigmoid, tanh].map((f) => f),
    (x) => exp(minimum(x, 1)),
    (x) => leakyRelu(x, 0.25),
    ...[add, sub, maximum, minimum].map((f) => (x: Tensor) => mul(0.5, f(x, partner(x)))),
    (x) => mul(tanh(x), partner(x)),
    (x) => div(x, add(1, abs(partner(x)))),
    (x) => where(greater(x, partner(x)), x, 0.5),
    (x) =>
      transpose(
        x,
        [...x.shape.keys()].sort(() => random.integer(2) - 0.5),
      ),
    (x) => flip(x, axesOf(x)),
    (x) =>
      pad(
        x,
        marginsOf(x, () => 3),
      ),
    (x) =>
      crop(
        x,
        marginsOf(x, (n) => Math.ceil(n / 2)),
      ),
    (x) => reshape(x, pick([[sizeOf(x.shape)], [1, ...x.shape], [...x.shape, 1], [...x.shape].reverse()])),
    (x) => broadcastTo(x, [2, ...x.shape]),
    (x) => (x.shape.length === 0 ? x : concatenate([x, mul(0.5, x), x])),
    (x) => (x.shape.length === 0 ? x : take(x, [x.shape.at(-1)! - 1, 0])),
    (x) => mean(x, { axes: axesOf(x), keepDims: random.integer(2) === 0 }),
    (x) => tanh(sum(x, { axes: axesOf(x) })),
    (x) => max(x, { axes: axesOf(x) }),
    (x) => (x.shape.length < 2 ? x : tanh(matmul(x, x, { transposeB: true }))),
  ];
  for (let i = 0; i < 3 + random.integer(LONGEST - 2); i++) {
    const made = pick(makers)(any());
    if (sizeOf(made.shape) <= 600 && made.shape.length <= 5) pool.push(made);
  }
  const steps = named(pool.slice(3));
  const chosen = Object.entries(steps).filter((_, i, all) => i === all.length - 1 || random.integer(4) === 0);
  return { outputs: Object.fromEntries(chosen), steps, feeds };
}

function named(tensors: readonly Tensor[]): Record<string, Tensor> {
  return Object.fromEntries(tensors.map((y, i) => [`y${i}`, y]));
}

function isCommon(a: Shape, b: Shape): boolean {
  const rank = Math.min(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => [a.at(-1 - i)!, b.at(-1 - i)!]).every(
    ([n, m]) => n === m || n === 1 || m === 1,
  );
}

const backends: Readonly<Record<string, () => Promise<Backend>>> = {
  wasm: () => wasmBackend({ threads: 1 }),
  'gpujs cpu': () => gpujsBackend({ mode: 'cpu' }),
};

type Values = Readonly<Record<string, Data>>;

/** The values of outputs, given those of the inputs that they need. */
async function valuesOf(
  backend: Backend,
  outputs: RandomGraph['outputs'],
  feeds: RandomGraph['feeds'],
): Promise<{ values: Values; program: Program }> {
  const executable = backend.compile({ outputs });
  const given = executable.program.inputs.map((x) => [x.name, feeds[x.name]!]);
  const values = await executable.run(Object.fromEntries(given));
  executable.dispose();
  return { values, program: executable.program };
}

const planned = suite('random graphs: reference');
planned(`${GRAPHS} of them give the same numbers where every step of them is an output`, async () => {
  const reference = referenceBackend();
  for (let seed = 0; seed < GRAPHS; seed++) {
    const { outputs, steps, feeds } = randomGraph(seed);
    const { values, program } = await valuesOf(reference, outputs, feeds);
    const all = (await valuesOf(reference, steps, feeds)).values;
    for (const [name, found] of Object.entries(values))
      assert.equal(found, all[name], `graph ${seed}, ${name}\n${formatProgram(program)}`);
  }
});
planned.run();

for (const [name, open] of Object.entries(backends)) {
  const tests = suite(`random graphs: ${name}`);
  tests(`${GRAPHS} of them give what reference gives`, async () => {
    const [backend, reference] = [await open(), referenceBackend()];
    for (let seed = 0; seed < GRAPHS; seed++) {
      const { outputs, feeds } = randomGraph(seed);
      const { values: expected } = await valuesOf(reference, outputs, feeds);
      const { values: found, program } = await valuesOf(backend, outputs, feeds);
      assertClose(found, expected, () => `graph ${seed}\n${formatProgram(program)}`);
    }
    await backend.dispose();
  });
  tests.run();
}

function assertClose(found: Values, expected: Values, where: () => string): void {
  const largest = Math.max(1, ...Object.values(expected).flatMap((data) => Array.from(data, Math.abs)));
  for (const [name, wanted] of Object.entries(expected)) {
    const at = wanted.findIndex((w, i) => !(Math.abs(found[name]![i]! - w) <= TOLERANCE * largest));
    if (at >= 0)
      assert.unreachable(`${name}[${at}] is ${found[name]![at]}, expected ${wanted[at]}, in ${where()}`);
  }
}
