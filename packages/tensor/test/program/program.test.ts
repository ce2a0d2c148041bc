import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  add,
  type Backend,
  conv2d,
  exp,
  formatBytes,
  formatInstruction,
  formatProgram,
  full,
  input,
  maximum,
  mul,
  referenceBackend,
  relu,
  reshape,
  type Variable,
  variable,
  windowedAttention,
} from '../../src/index.ts';

const { compile } = referenceBackend({ precision: 'float32' });

test('a program is printed with shapes, parameters and places', () => {
  const x = input('x', [2, 5, 5, 1]);
  const w = variable('w', [3, 3, 1, 8]);
  const y = relu(conv2d(x, w, { padding: 1 }));
  const { program } = compile({ outputs: { y } });
  const expected = [
    'program: 2 instructions, arena 1.8 kB, 1 variables 288 B',
    '  input x [2, 5, 5, 1]',
    '  variable w [3, 3, 1, 8]',
    '  %0 [2, 5, 5, 8] @0 = conv2d(x, w) padding=[[1,1],[1,1]]',
    '  %1 [2, 5, 5, 8] @0 = relu(%0)',
    '  output y = %1',
    '',
  ];
  assert.is(formatProgram(program), expected.join('\n'));
});

test('an update shows its variable, and a reshape the value it is made of', () => {
  const count = variable('count', [4]);
  const next = add(count, reshape(input('x', [2, 2]), [4]));
  const { program } = compile({ outputs: { doubled: mul(next, 2) }, updates: new Map([[count, next]]) });
  assert.equal(program.instructions.map(formatInstruction), [
    '%0 [4] -> count = add(count, x)',
    '%1 [4] @0 = mul(%0, 2)',
  ]);
});

test('an exchange of variables shows its copies', () => {
  const [a, b] = [variable('a', []), variable('b', [])];
  const { program } = compile({
    outputs: {},
    updates: new Map<Variable, Variable>([
      [a, b],
      [b, a],
    ]),
  });
  assert.equal(program.instructions.map(formatInstruction), [
    'old b [] @0 = copy(b)',
    'old a [] @64 = copy(a)',
    'a [] -> a = copy(old b)',
    'b [] -> b = copy(old a)',
  ]);
});

test('an output that nobody reads is unused', () => {
  const x = input('x', [1, 2, 2, 1]);
  const { program } = compile({ outputs: { Z: windowedAttention(x, x, x, { q: 3, normalize: 'mean' }).Z } });
  assert.is(
    formatInstruction(program.instructions[0]!),
    '%0 [1, 2, 2, 1] @64, %1 [1, 2, 2, 9] unused, %2 [1, 2, 2, 2] unused = windowedAttention(x, x, x) q=3 normalize="mean"',
  );
});

test('sizes are those of the backend’s elements', () => {
  const graph = { outputs: { y: exp(input('x', [1024])) } };
  const first = (backend: Backend) => formatProgram(backend.compile(graph).program).split('\n')[0];
  assert.is(
    first(referenceBackend({ precision: 'float32' })),
    'program: 1 instructions, arena 4.0 kB, 0 variables 0 B',
  );
  assert.is(first(referenceBackend()), 'program: 1 instructions, arena 8.0 kB, 0 variables 0 B');
});

test('infinities are printed as such', () => {
  const { program } = compile({
    outputs: { y: maximum(input('x', [2]), -Infinity), nan: full([], Number.NaN) },
  });
  const printed = formatProgram(program);
  assert.match(printed, 'maximum(x, -Infinity)');
  assert.match(printed, 'value="NaN"');
});

test('bytes are counted in units of 1024', () => {
  assert.equal([0, 1023, 1024, 1536, 2 ** 20, 5 * 2 ** 30, 2 ** 42].map(formatBytes), [
    '0 B',
    '1023 B',
    '1.0 kB',
    '1.5 kB',
    '1.0 MB',
    '5.0 GB',
    '4096.0 GB',
  ]);
});

test.run();
