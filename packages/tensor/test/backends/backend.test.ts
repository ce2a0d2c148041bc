import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { add, type Backend, BackendError, input, mul, variable } from '../../src/index.ts';
import { oneOfEachKind } from '../testedBackends.ts';

/** What `run` rejects with; fails if it does not. */
async function failureOf(attempt: Promise<unknown>): Promise<string> {
  return attempt.then(
    () => assert.unreachable('did not fail') as never,
    (error: Error) => error.message,
  );
}

for (const { name, open } of oneOfEachKind) {
  const common = suite(`backend: ${name}`);
  let backend: Backend;
  common.before(async () => {
    backend = await open();
  });
  common.after(() => backend.dispose());

  const x = input('x', [2, 2]);
  const s = input('s', []);
  const graph = { outputs: { y: mul(x, s) } };

  common('feeds of other numbers at each run', async () => {
    const program = backend.compile(graph);
    assert.equal([...(await program.run({ x: [1, 2, 3, 4], s: [2] })).y!], [2, 4, 6, 8]);
    assert.equal([...(await program.run({ x: Float64Array.of(4, 3, 2, 1), s: [1] })).y!], [4, 3, 2, 1]);
  });

  common('a program without an instruction, and others before and after it', async () => {
    const nothing = backend.compile({ outputs: { x } });
    const program = backend.compile(graph);
    for (let i = 0; i < 100; i++) {
      const feed = [i, 0, 1, 2];
      assert.equal([...(await nothing.run({ x: feed })).x!], feed);
      assert.equal([...(await program.run({ x: feed, s: [2] })).y!], [2 * i, 0, 2, 4]);
    }
  });

  common('results are copies', async () => {
    const program = backend.compile(graph);
    const first = await program.run({ x: [1, 2, 3, 4], s: [1] });
    await program.run({ x: [0, 0, 0, 0], s: [0] });
    assert.equal([...first.y!], [1, 2, 3, 4]);
  });

  common('a missing input, one too many, and one of another size are named', async () => {
    const program = backend.compile(graph);
    const all = { x: [1, 2, 3, 4], s: [1] };
    assert.is(await failureOf(program.run({ x: all.x })), 'run: input s [] needs 1 numbers, was given none');
    assert.is(
      await failureOf(program.run({ ...all, x: [1, 2] })),
      'run: input x [2, 2] needs 4 numbers, was given 2',
    );
    assert.is(
      await failureOf(program.run({ ...all, z: [1] })),
      'run: no input is named z; the inputs are x, s',
    );
    assert.equal([...(await program.run(all)).y!], [1, 2, 3, 4]);
  });

  common('what every object has is no feed', async () => {
    const program = backend.compile({ outputs: { y: mul(input('constructor', []), 2) } });
    assert.is(await failureOf(program.run({})), 'run: input constructor [] needs 1 numbers, was given none');
    assert.equal([...(await program.run({ constructor: [3] })).y!], [6]);
  });

  common('a variable is read as a copy, and written', async () => {
    const w = variable('w', [2], [1, 2]);
    const value = await backend.read(w);
    assert.equal([...value], [1, 2]);
    value.fill(7);
    assert.equal([...(await backend.read(w))], [1, 2]);
    backend.write(w, [3, 4]);
    assert.equal([...(await backend.read(w))], [3, 4]);
    assert.throws(() => backend.write(w, [1]), /write: w \[2\] holds 2 numbers, was given 1/);
  });

  common('two backends have variables of their own', async () => {
    const w = variable('w', [], [1]);
    const other = await open();
    other.write(w, [5]);
    assert.equal([[...(await backend.read(w))], [...(await other.read(w))]], [[1], [5]]);
    await other.dispose();
  });

  common('runs that overlap give what one after the other gives', async () => {
    const count = variable('count', []);
    const next = add(count, 1);
    const program = backend.compile({ outputs: { next }, updates: new Map([[count, next]]) });
    const runs = await Promise.all([program.run(), program.run(), program.run()]);
    assert.equal(
      runs.map((run) => run.next![0]),
      [1, 2, 3],
    );
  });

  common('a program that has been disposed of fails at once; variables and other programs stay', async () => {
    const count = variable('count', []);
    const next = add(count, 1);
    const counting = { outputs: { next }, updates: new Map([[count, next]]) };
    const [first, second] = [backend.compile(counting), backend.compile(counting)];
    const last = first.run();
    first.dispose();
    first.dispose();
    assert.is((await last).next![0], 1);
    assert.is(await failureOf(first.run()), 'this program has been disposed of: make another one');
    assert.is((await second.run()).next![0], 2);
    assert.equal([...(await backend.read(count))], [2]);
    second.dispose();
  });

  common('a backend that has been disposed of fails at once, whatever is asked of it', async () => {
    const other = await open();
    const w = variable('w', [2], [1, 2]);
    const program = other.compile(graph);
    await program.run({ x: [1, 2, 3, 4], s: [1] });
    await other.dispose();
    await other.dispose();
    program.dispose();
    const gone = 'this backend has been disposed of: make another one';
    assert.is(await failureOf(program.run({ x: [1, 2, 3, 4], s: [1] })), gone);
    if (program.profile) assert.is(await failureOf(program.profile({ x: [1, 2, 3, 4], s: [1] })), gone);
    assert.is(await failureOf(other.read(w)), gone);
    for (const attempt of [() => other.write(w, [1, 2]), () => other.compile(graph)]) {
      assert.throws(attempt, (error: Error) => error instanceof BackendError && error.message === gone);
    }
  });
  common.run();
}
