import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  add,
  exp,
  input,
  mul,
  named,
  referenceBackend,
  relu,
  sub,
  sum,
  type Tensor,
  toDot,
  toMermaid,
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
      '    n0(["x<br>[2, 3]"])',
      '    n1(["w<br>[3]<br>value #34;1#34;<br>#35;2"])',
      '    n2["s^1 = mul<br>[2, 3]"]',
      '  end',
      '  n0 --> n2',
      '  n1 --> n2',
      '  n2 --> n3',
      '  n3 --> n4',
      '  n4 --> n5',
      '  classDef forward fill:#dbeafe,stroke:#2563eb,color:#111111',
      '  class n0,n1,n2,n3 forward',
      '  classDef backward fill:#fee2e2,stroke:#dc2626,color:#111111',
      '  class n4,n5 backward',
    ].join('\n'),
  );
});

test('DOT has the same boxes and arrows', () => {
  const dot = toDot(scaled, { notes: new Map([[x, 'a "quote" and a \\']]) });
  assert.equal(dot.split('\n').slice(2), [
    '  subgraph cluster_1 {',
    '    label="state 1";',
    '    n0 [label="x\\n[2, 3]\\na \\"quote\\" and a \\\\", fillcolor="#dbeafe", color="#2563eb", style="filled,rounded"];',
    '    n1 [label="w\\n[3]", fillcolor="#dbeafe", color="#2563eb", style="filled,rounded"];',
    '    n2 [label="s^1 = mul\\n[2, 3]", fillcolor="#dbeafe", color="#2563eb"];',
    '  }',
    '  n0 -> n2;',
    '  n1 -> n2;',
    '}',
  ]);
});

test('of a program each box is an instruction, with its formula, the variables by name, and what it writes', () => {
  const graph = { outputs: { y: loss, e: rest }, updates: new Map([[w, add(w, loss)]]) };
  const lines = toMermaid(referenceBackend().compile(graph), { forward: 'y' }).split('\n');
  assert.equal(lines.slice(1, 9), [
    '  n0(["x<br>[2, 3]"])',
    '  n1["loss = sum(s^1 = mul(x, w)) axes=[0]<br>[3]<br>output y"]',
    '  n2["%0 = mul(2, exp(loss))<br>[3]<br>output e"]',
    '  n3["%1 = add(w, loss)<br>[3]<br>into w"]',
    '  n0 --> n1',
    '  n1 --> n2',
    '  n1 --> n3',
    '  classDef forward fill:#dbeafe,stroke:#2563eb,color:#111111',
  ]);
});

/** The state in whose frame each box is, by the beginning of its label; -1 in none. */
function statesOf(mermaid: string): Record<string, number> {
  const found: Record<string, number> = {};
  let state = -1;
  for (const line of mermaid.split('\n')) {
    state = Number(/subgraph state(\d+)/.exec(line)?.[1] ?? (line === '  end' ? -1 : state));
    const label = /"([^"<]*)<br>/.exec(line)?.[1];
    if (label !== undefined) found[label] = state;
  }
  return found;
}

test('what has no name is drawn in the state of what reads it, behind the loss in that of what it reads', () => {
  const weight = variable('weight', [2]);
  const step = (s: Tensor, t: number) => named(`s^${t}`, relu(mul(s, weight)));
  const y = sum(step(step(named('s^0', exp(input('start', [2]))), 1), 2));
  const back2 = named('∂s^2', add(y, 1));
  const back1 = named('∂s^1', exp(mul(back2, 3)));
  const states = statesOf(toMermaid([y, sub(back1, exp(back2)), exp(mul(back1, 4))], { forward: y }));
  assert.equal(
    [
      'start',
      's^1 = relu',
      's^2 = relu',
      'weight',
      'sum axes=[0]',
      '∂s^2 = add(·, 1)',
      'mul(·, 3)',
      '∂s^1 = exp',
    ].map((label) => states[label]),
    [0, 1, 2, -1, -1, 2, 2, 1],
  );
  assert.is(states['mul(·, 4)'], 1);
  assert.is(states.sub, -1, 'of two states is none');
});

test('what is to be forward must be in the picture', () => {
  assert.throws(() => toMermaid(loss, { forward: rest }), /^picture: .* is not part of what is drawn$/s);
  assert.throws(
    () => toDot(referenceBackend().compile({ outputs: { loss } }), { forward: 'y' }),
    /^picture: y is not part of what is drawn$/,
  );
});

test.run();
