import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  add,
  type Backend,
  BackendError,
  type Data,
  input,
  matmul,
  mean,
  mul,
  sub,
  variable,
} from '../../src/index.ts';
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
  // Mode webgpu hands a run over as a whole.
  const tells = !name.startsWith('gpujs webgpu');
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
    const untyped = (s: unknown) => failureOf(program.run({ x: all.x, s: s as number[] }));
    assert.is(await untyped(undefined), 'run: input s [] needs 1 numbers, was given none');
    assert.is(await untyped(0.1), 'run: input s [] needs 1 numbers, was given 0.1: put it in a list');
    assert.is(await untyped(null), 'run: input s [] needs 1 numbers, was given null: put it in a list');
    assert.is(await untyped('1'), "run: input s [] needs 1 numbers, was given the text '1'");
    assert.is(await failureOf(program.run({ x: all.x })), 'run: input s [] needs 1 numbers, was given none');
    assert.is(
      await failureOf(program.run({ ...all, x: [1, 2] })),
      'run: input x [2, 2] needs 4 numbers, was given 2',
    );
    assert.is(
      await failureOf(program.run({ ...all, z: [1] })),
      'run: no input is named z; the inputs are x, s',
    );
    const alone = backend.compile({ outputs: { y: mul(variable('w', []), 2) } });
    assert.is(await failureOf(alone.run({ z: [1] })), 'run: no input is named z; the program has none');
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
    const untyped = (value: unknown) => () => backend.write(w, value as number[]);
    assert.throws(untyped('12'), /write: w \[2\] holds 2 numbers, was given the text '12'/);
    assert.throws(untyped(5), /write: w \[2\] holds 2 numbers, was given 5: put it in a list/);
    assert.throws(untyped(undefined), /write: w \[2\] holds 2 numbers, was given none/);
    assert.equal([...(await backend.read(w))], [3, 4]);
    backend.write(w, { length: 2, 0: 5, 1: 6 });
    assert.equal([...(await backend.read(w))], [5, 6]);
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

  common('what is asked for in the midst of a run waits until it is done', async () => {
    const [before, after] = [variable('before', [3], [1, 2, 3]), variable('after', [3], [4, 5, 6])];
    const y = input('y', [3]);
    const program = backend.compile({ outputs: { sum: add(mul(add(y, before), 2), before) } });
    const feeds = { y: [1, 1, 1] };
    const asked: Promise<unknown>[] = [];
    const onProgress = () => {
      if (asked.length > 0) return;
      // A variable that was not there takes the place of what the run works on, if it does not wait.
      const other = backend.compile({ outputs: { z: mul(after, before) } });
      asked.push(other.run(), program.run(feeds));
      backend.write(before, [7, 7, 7]);
      feeds.y.fill(9);
      asked.push(other.run(), backend.read(before));
      program.dispose();
    };
    const { sum } = await program.run(feeds, { onProgress });
    assert.equal([...sum!], [5, 8, 11]);
    if (!tells) return assert.equal(asked, []);
    const [product, again, changed, read] = (await Promise.all(asked)) as [
      Record<string, Data>,
      Record<string, Data>,
      Record<string, Data>,
      Data,
    ];
    assert.equal([...product.z!], [4, 10, 18]);
    assert.equal([...again.sum!], [5, 8, 11]);
    assert.equal([...changed.z!], [28, 35, 42]);
    assert.equal([...read], [7, 7, 7]);
  });

  common(
    'progress goes up to 1 and changes nothing; what its callback throws ends that run alone',
    async () => {
      const w = variable(
        'w',
        [60, 60],
        Float64Array.from({ length: 3600 }, (_, i) => Math.sin(i)),
      );
      let y = matmul(w, w);
      for (let i = 0; i < 5; i++) y = sub(matmul(y, mul(w, 0.1)), w);
      const program = backend.compile({ outputs: { y, mean: mean(y) } });
      const first = await program.run();
      for (let run = 0; run < 2; run++) {
        const shares: number[] = [];
        const second = await program.run({}, { onProgress: (share) => shares.push(share) });
        assert.equal(second, first);
        assert.is(tells ? shares.at(-1) : 1, 1);
        assert.ok(shares.every((share, i) => share > (shares[i - 1] ?? 0)));
      }
      if (tells) {
        const onProgress = () => {
          throw new Error('enough');
        };
        assert.is(await failureOf(program.run({}, { onProgress })), 'enough');
      }
      assert.equal(await program.run(), first);
      program.dispose();
    },
  );

  common('a backend that is disposed of in the midst of a run ends it well', async () => {
    const other = await open();
    const program = other.compile(graph);
    let disposed: Promise<void> | undefined;
    const onProgress = () => {
      disposed ??= other.dispose();
    };
    const { y } = await program.run({ x: [1, 2, 3, 4], s: [2] }, { onProgress });
    assert.equal([...y!], [2, 4, 6, 8]);
    assert.is(disposed !== undefined, tells);
    await (disposed ?? other.dispose());
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
