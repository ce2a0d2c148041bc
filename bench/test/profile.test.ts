import { add, matmul, mul, named, transpose, variable, wasmBackend } from '@nlrn/tensor';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { formatProfile, profile } from '../lib/profile.ts';
import type { Workload } from '../workloads.ts';

const workload: Workload = {
  name: 'small',
  describe: 'the gradient of a small convolution in its input',
  spec: { kind: 'conv2d', pass: 'input', image: [1, 4, 5, 2], K: 3, size: 3 },
  flops: 1,
};

test('every instruction is counted once, and convolutions are told apart by their filters', async () => {
  const { lines, slowest } = await profile(workload, 1);
  const counts = lines.map(({ primitive, instructions }) => `${instructions} ${primitive}`).sort();
  assert.equal(counts, ['1 conv2d 3 x 3, 3 to 2', '1 transpose']);
  assert.equal(slowest.map(({ instruction }) => instruction.name).sort(), ['conv2d', 'transpose']);
});

test('instruction by instruction a program computes what it computes in one piece', async () => {
  const backend = await wasmBackend({ threads: 2 });
  try {
    const x = variable('x', [3], [1, 2, 3]);
    const executable = backend.compile({ outputs: {}, updates: new Map([[x, add(mul(x, x), 1)]]) });
    const times = await executable.profile!();
    assert.equal([...(await backend.read(x))], [2, 5, 10]);
    assert.equal(
      times.map(({ instruction }) => instruction.name),
      executable.program.instructions.map(({ name }) => name),
    );
    await executable.run();
    assert.equal([...(await backend.read(x))], [5, 26, 101]);
  } finally {
    await backend.dispose();
  }
});

test('shares add up to the time of all instructions', () => {
  const lines = [
    { primitive: 'conv2d', instructions: 2, milliseconds: 3 },
    { primitive: 'add', instructions: 1, milliseconds: 1 },
  ];
  assert.match(
    formatProfile({ lines, slowest: [], wholeMs: 3.5 }),
    /conv2d +2 +3\.00 +75\.0%\nadd +1 +1\.00 +25\.0%\none by one +4\.00/,
  );
});

test('the slowest instructions are printed with the names of what they compute', async () => {
  const backend = await wasmBackend({ threads: 1 });
  try {
    const y = named('s^1', matmul(named('X', transpose(variable('x', [2, 2]))), variable('w', [2, 2])));
    const executable = backend.compile({ outputs: { y } });
    const slowest = await executable.profile!();
    const printed = formatProfile({ lines: [], slowest, wholeMs: 1 });
    assert.match(printed, /slowest instructions, ms\n +\d+\.\d\d {2}X \[2, 2\] .* = transpose\(x\)/);
    assert.match(printed, / {2}s\^1 \[2, 2\] @\d+ = matmul\(X, w\)/);
  } finally {
    await backend.dispose();
  }
});

test.run();
