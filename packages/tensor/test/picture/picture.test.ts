import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  add,
  exp,
  flip,
  full,
  input,
  matmul,
  mul,
  named,
  referenceBackend,
  relu,
  sub,
  sum,
  type Tensor,
  toDot,
  toMermaid,
  transpose,
  variable,
} from '../../src/index.ts';

const x = input('x', [2, 3]);
const w = variable('w', [3]);
const scaled = named('s^1', mul(x, w));
const loss = named('loss', sum(scaled, { axes: [0] }));
const rest = mul(2, exp(loss));

test('Mermaid: a box for each operation, rounded ones for what is given, two colours, notes, states', () => {
  assert.equal(
    toMermaid([loss, rest], { forward: loss, notes: new Map([[w, 'value "1"\n#2']]) }),
    [
      'flowchart TB',
      '  n3["loss = sum axes=[0]<br>[3]"]',
      '  n4["exp<br>[3]"]',
      '  n5["mul(2, ·)<br>[3]"]',
      '  subgraph state1["state 1"]',
      '    n0("x<br>[2, 3]")',
      '    n1("w<br>[3]<br>value #34;1#34;<br>#35;2")',
      '    n2["s^1 = mul<br>[2, 3]"]',
      '  end',
      '  n0 --> n2',
      '  n1 --> n2',
      '  n2 --> n3',
      '  n3 -.-> n4',
      '  n4 --> n5',
      '  classDef forward fill:#dbeafe,stroke:#2563eb,color:#111111',
      '  class n0,n1,n2,n3 forward',
      '  classDef backward fill:#fee2e2,stroke:#dc2626,color:#111111',
      '  class n4,n5 backward',
      '  classDef frame fill:none,stroke:#888888',
      '  class state1 frame',
    ].join('\n'),
  );
});

test('a number is written without quotes, whatever it is', () => {
  const lines = toMermaid(mul(input('x', [2]), full([], Number.NaN))).split('\n');
  assert.ok(
    lines.some((line) => line.includes('mul(·, NaN)')),
    lines.join('\n'),
  );
});

test('DOT has the same boxes and arrows', () => {
  const dot = toDot(scaled, { notes: new Map([[x, 'a "quote" and a \\']]) });
  assert.equal(dot.split('\n').slice(3), [
    '  subgraph cluster_state1 {',
    '    label="state 1";',
    '    n0 [label="x\\n[2, 3]\\na \\"quote\\" and a \\\\", fillcolor="#dbeafe", color="#2563eb", style="filled,rounded"];',
    '    n1 [label="w\\n[3]", fillcolor="#dbeafe", color="#2563eb", style="filled,rounded"];',
    '    n2 [label="s^1 = mul\\n[2, 3]", fillcolor="#dbeafe", color="#2563eb"];',
    '  }',
    '  n0 -> n2;',
    '  n1 -> n2;',
    '}',
  ]);
  assert.match(toDot([loss, rest], { forward: loss }), '\n  n3 -> n4 [style=dashed];\n  n4 -> n5;\n');
});

test('variables may stand by name where they are read, without what names have in common', () => {
  const [a, b] = [variable('layer.weight', [3]), variable('layer.bias', [3])];
  const lines = toMermaid(add(mul(mul(x, a), b), w), { variables: 'names' }).split('\n');
  assert.equal(lines.slice(1, 5), [
    '  n0("x<br>[2, 3]")',
    '  n1["mul(·, layer.weight)<br>[2, 3]"]',
    '  n2["mul(·, layer.bias)<br>[2, 3]"]',
    '  n3["add(·, w)<br>[2, 3]"]',
  ]);
  assert.match(toMermaid(sub(a, b), { variables: 'names' }), '["sub(layer.weight, .bias)<br>[3]"]');
});

test('of a program each box is an instruction, with its formula, the variables by name, and what it writes', () => {
  const graph = { outputs: { y: loss, e: rest }, updates: new Map([[w, add(w, loss)]]) };
  const lines = toMermaid(referenceBackend().compile(graph), { forward: 'y' }).split('\n');
  assert.equal(lines.slice(1, 9), [
    '  n0("x<br>[2, 3]")',
    '  n1["loss = sum(s^1 = mul(x, w)) axes=[0]<br>[3]<br>output y"]',
    '  n2["%0 = mul(2, exp(loss))<br>[3]<br>output e"]',
    '  n3["new w = add(w, loss)<br>[3]"]',
    '  n0 --> n1',
    '  n1 -.-> n2',
    '  n1 -.-> n3',
    '  classDef forward fill:#dbeafe,stroke:#2563eb,color:#111111',
  ]);
});

test('an input that many instructions read is told there, and has no box', () => {
  const rate = input('rate', []);
  const updatesOf = (count: number) =>
    Array.from({ length: count }, (_, i) => variable(`w${i}`, [3])).map((w) => [w, mul(w, rate)] as const);
  const pictureOf = (count: number) =>
    toMermaid(referenceBackend().compile({ outputs: {}, updates: new Map(updatesOf(count)) }));
  assert.match(pictureOf(4), '("rate<br>[]")');
  assert.not.match(pictureOf(5), '("rate<br>[]")');
  assert.match(pictureOf(5), '["new w4 = mul(w4, rate)<br>[3]"]');
});

/** The frame in which each box is, by the beginning of its label; '' in none. */
function framesOf(mermaid: string): Record<string, string> {
  const found: Record<string, string> = {};
  let frame = '';
  for (const line of mermaid.split('\n')) {
    frame = /subgraph (\w+)/.exec(line)?.[1] ?? (line === '  end' ? '' : frame);
    const label = /"([^"<]*)<br>/.exec(line)?.[1];
    if (label !== undefined) found[label] = frame;
  }
  return found;
}

test('what has no name is drawn in the state of what reads it, behind the loss in that of what it reads', () => {
  const weight = variable('weight', [2, 2]);
  const step = (s: Tensor, t: number) => named(`s^${t}`, relu(matmul(s, weight)));
  const y = sum(step(step(named('s^0', exp(input('start', [1, 2]))), 1), 2));
  const back2 = named('∂s^2', add(y, full([1, 2], 1)));
  const flipped = transpose(flip(weight, [0]), [1, 0]);
  const back1 = named('∂s^1', exp(matmul(back2, flipped)));
  const mermaid = toMermaid([y, sub(back1, exp(back2)), exp(mul(back1, 4))], { forward: y });
  const frames = framesOf(mermaid);
  assert.equal(
    ['start', 's^1 = relu', 's^2 = relu', 'weight', 'sum axes=[0,1]', '∂s^2 = add', '∂s^1 = exp'].map(
      (label) => frames[label],
    ),
    ['state0', 'state1', 'state2', '', '', 'back2', 'back1'],
  );
  assert.equal([frames['flip axes=[0]'], frames['transpose axes=[1,0]']], ['back2', 'back2'], 'of a weight');
  assert.is(frames['mul(·, 4)'], 'back1');
  assert.is(frames.sub, '', 'of two states is none');
  const order = [...mermaid.matchAll(/subgraph (\w+)/g)].map(([, frame]) => frame);
  assert.equal(
    order,
    ['state0', 'state1', 'state2', 'back2', 'back1'],
    'the way back is from the last to the first',
  );
});

test('what is to be forward must be in the picture', () => {
  assert.throws(() => toMermaid(loss, { forward: rest }), /^picture: .* is not part of what is drawn$/s);
  assert.throws(
    () => toDot(referenceBackend().compile({ outputs: { loss } }), { forward: 'y' }),
    /^picture: y is not part of what is drawn$/,
  );
});

test.run();
