import { suite, test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type Backend,
  type Data,
  type Graph,
  input,
  primitives,
  Random,
  referenceBackend,
  sizeOf,
  type Tensor,
} from '../src/index.ts';
import { reachable } from '../src/program/sharing.ts';
import { type ConformanceCase, conformanceCases, type Tolerance, toleranceOn } from './conformanceCases.ts';
import { tellAtOnce } from './tellAtOnce.ts';
import { testedBackends } from './testedBackends.ts';

type Values = Readonly<Record<string, Data>>;

test('every primitive has a case', () => {
  assert.equal(Object.keys(conformanceCases).sort(), Object.keys(primitives).sort());
});

for (const [name, cases] of Object.entries(conformanceCases)) {
  test(`the cases of ${name} use ${name}, and no two are the same`, () => {
    assert.is(new Set(cases.map(({ title }) => title)).size, cases.length);
    for (const { title, ...given } of cases) {
      // In the graph, not in the program: a reshape is free, and a sum over no axes is simplified away.
      const tensors = reachable(Object.values(graphsOf(given).outputs.outputs));
      const uses = ({ origin }: Tensor) =>
        origin.kind === 'operation' && origin.operation.primitive.name === name;
      assert.ok(tensors.some(uses), title);
    }
  });
}
test.run();

const expectations = new Map<ConformanceCase, Values>();
const wasmResults = new Map<ConformanceCase, { backend: string; values: Values }>();

for (const tested of testedBackends) {
  const { name, open, isSlow, primitives = Object.keys(conformanceCases) } = tested;
  const conformance = suite(`conformance: ${name}`);
  let backend: Backend;
  conformance.before(async () => {
    backend = await open();
  });
  conformance.after(() => backend.dispose());

  for (const [primitive, cases] of Object.entries(conformanceCases)) {
    if (!(primitives as readonly string[]).includes(primitive)) continue;
    const compare = async () => {
      for (const given of isSlow ? some(cases) : cases) {
        const { outputs, outputsAndInputs } = graphsOf(given);
        const feeds = feedsOf(primitive, given);
        const expected = await expectation(primitive, given);
        const executable = backend.compile(outputs);
        const values = await executable.run(feeds);
        const where = `${primitive}, ${given.title}`;
        assertClose(values, expected, toleranceOn(tested, primitive, given), where);
        assertSame(await executable.run(feeds), values, `${where}: second run`);
        // Nothing can be written in place now, and the inputs must come out as they went in.
        const kept = await backend.compile(outputsAndInputs).run(feeds);
        assertSame(kept, { ...values, ...feeds }, `${where}: inputs kept`);
        if (name.startsWith('wasm')) assertSameOnAllThreads(given, name, values, where);
      }
    };
    conformance(primitive, tellAtOnce(`conformance: ${name}, ${primitive}`, compare));
  }
  conformance.run();
}

/** At most six cases, at equal distances. */
function some(cases: readonly ConformanceCase[]): readonly ConformanceCase[] {
  const step = Math.ceil(cases.length / 6);
  return cases.filter((_, i) => i % step === 0);
}

/** The bits must not depend on the number of threads: runs can then be repeated on any machine. */
function assertSameOnAllThreads(
  given: ConformanceCase,
  backend: string,
  values: Values,
  where: string,
): void {
  const first = wasmResults.get(given);
  if (first) assertSame(values, first.values, `${where}: ${backend} and ${first.backend}`);
  else wasmResults.set(given, { backend, values });
}

/** The program of a case, with its outputs alone and with its inputs among the outputs. */
function graphsOf({
  inputs,
  f,
}: Pick<ConformanceCase, 'inputs' | 'f'>): Record<'outputs' | 'outputsAndInputs', Graph> {
  const given = inputs.map((shape, i) => input(`input ${i}`, shape));
  const outputs = Object.fromEntries(f(...given).map((y, i) => [`output ${i}`, y]));
  const kept = Object.fromEntries(given.map((x, i) => [`input ${i}`, x]));
  return { outputs: { outputs }, outputsAndInputs: { outputs: { ...outputs, ...kept } } };
}

/** The same float32 numbers for every backend. */
function feedsOf(primitive: string, { title, inputs, draw }: ConformanceCase): Record<string, Float32Array> {
  const random = new Random(`${primitive}, ${title}`);
  return Object.fromEntries(
    inputs.map((shape, i) => [
      `input ${i}`,
      Float32Array.from({ length: sizeOf(shape) }, () => draw(random, i)),
    ]),
  );
}

async function expectation(primitive: string, given: ConformanceCase): Promise<Values> {
  const known = expectations.get(given);
  if (known) return known;
  const backend = referenceBackend();
  const values = await backend.compile(graphsOf(given).outputs).run(feedsOf(primitive, given));
  expectations.set(given, values);
  return values;
}

function assertClose(
  values: Values,
  expected: Values,
  { error, relativeTo }: Tolerance,
  where: string,
): void {
  assert.equal(Object.keys(values), Object.keys(expected), where);
  for (const [name, wanted] of Object.entries(expected)) {
    const got = values[name]!;
    assert.is(got.length, wanted.length, where);
    const largest = Math.max(...wanted.map(Math.abs));
    wanted.forEach((w, i) => {
      // An exact result is the float64 one rounded once: two roundings of + - * / and sqrt give the same.
      const target = error === 0 ? Math.fround(w) : w;
      const allowed = error * (relativeTo === 'largest' ? largest : Math.abs(w));
      if (!(Math.abs(got[i]! - target) <= allowed)) {
        assert.unreachable(`${where}: ${name}[${i}] is ${got[i]}, expected ${target} within ${allowed}`);
      }
    });
  }
}

function assertSame(values: Values, expected: Values, where: string): void {
  assert.equal(Object.keys(values), Object.keys(expected), where);
  for (const [name, wanted] of Object.entries(expected)) {
    const i = wanted.findIndex((w, at) => !Object.is(values[name]![at], w));
    if (i >= 0) assert.unreachable(`${where}: ${name}[${i}] is ${values[name]![i]}, expected ${wanted[i]}`);
  }
}
