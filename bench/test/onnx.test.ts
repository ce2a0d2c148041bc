import {
  add,
  conv2d,
  input,
  Random,
  referenceBackend,
  relu,
  type Shape,
  sizeOf,
  sub,
  sum,
  type Variable,
  variable,
} from '@nlrn/tensor';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type OnnxRuntime, openOnnxRuntime } from '../lib/onnxruntime.ts';
import { graphOf, type Timed } from '../peers/graphs.ts';
import { CHANNELS_LAST, onnxOf, transposed } from '../peers/onnxGraph.ts';
import { onnxModel } from '../peers/onnxModel.ts';
import { openSession } from '../peers/onnxSession.ts';

const random = new Random('onnx');

function drawn(shape: Shape): Float32Array {
  return Float32Array.from({ length: sizeOf(shape) }, () => random.uniform() - 0.5);
}

function filled(shape: Shape): Variable {
  return variable('filled', shape, drawn(shape));
}

/** As DnCNN, but small, with two channels outside, an image that is not square, and biases that are not zero. */
function small(): Timed {
  const x = input('x', [2, 5, 7, 2]);
  const h = relu(conv2d(x, filled([3, 3, 2, 6]), { padding: 1, bias: filled([6]) }));
  const y = sub(x, conv2d(h, filled([3, 3, 6, 2]), { padding: 1, bias: filled([2]) }));
  return { graph: { outputs: { y } }, feeds: { x: drawn(x.shape) } };
}

/** As SRCNN, but small: pixels repeated around an image that is not square, and more of them on one side of it. */
function bordered(): Timed {
  const x = input('x', [2, 5, 7, 2]);
  const h = conv2d(x, filled([3, 5, 2, 3]), { padding: [1, 2], bias: filled([3]), border: 'replicate' });
  const padding = [
    [0, 1],
    [2, 0],
  ] as const;
  const y = add(x, conv2d(relu(h), filled([2, 3, 3, 2]), { padding, border: 'replicate' }));
  return { graph: { outputs: { y } }, feeds: { x: drawn(x.shape) } };
}

test('a model is written as protobuf writes it', () => {
  const nodes = [{ operator: 'Relu', inputs: ['x'], output: 'y' }];
  const [inputs, outputs] = [[{ name: 'x', dims: [300] }], [{ name: 'y', dims: [300] }]];
  const bytes = Buffer.from(onnxModel({ inputs, constants: [], nodes, outputs }));
  // A value of 300 float32: 300 is 0xac 0x02 in groups of seven bits.
  const value = (name: string) => `0a01${name} 120b 0a09 0801 1205 0a03 08ac02`;
  const node = '0a0c 0a0178 120179 220452656c75';
  const graph = `${node} 1205 6772617068 5a10 ${value('78')} 6210 ${value('79')}`;
  assert.is(bytes.toString('hex'), `0808 3a39 ${graph} 4202 100f`.replaceAll(' ', ''));
});

test('axes are moved: two channels of an image of 1 x 3', () => {
  assert.equal(
    [...transposed(Float32Array.of(1, 10, 2, 20, 3, 30), [1, 1, 3, 2], [0, 3, 1, 2])],
    [1, 2, 3, 10, 20, 30],
  );
});

test('filters and biases are constants, in ONNX’s order of axes; the image is fed', () => {
  const { graph, feeds } = onnxOf(small());
  assert.equal(
    graph.nodes.map(({ operator }) => operator),
    ['Conv', 'Relu', 'Conv', 'Sub'],
  );
  assert.equal(
    graph.constants.map(({ dims }) => [...dims]),
    [[6, 2, 3, 3], [6], [2, 6, 3, 3], [2]],
  );
  assert.equal(
    [...feeds, ...graph.outputs].map(({ dims }) => dims),
    [
      [2, 2, 5, 7],
      [2, 2, 5, 7],
    ],
  );
});

test('what a convolution is told is among its node’s attributes', () => {
  const options = { stride: 2, padding: [[1, 2], 3], dilation: [1, 2] } as const;
  const y = conv2d(input('x', [1, 9, 9, 2]), filled([3, 3, 2, 4]), options);
  const { graph } = onnxOf({ graph: { outputs: { y } }, feeds: { x: drawn([1, 9, 9, 2]) } });
  assert.equal(graph.nodes[0]!.attributes, {
    ...{ strides: [2, 2], pads: [1, 3, 2, 3], dilations: [1, 2] },
    group: 1,
  });
});

test('a border of repeated pixels is one node', () => {
  const y = conv2d(input('x', [1, 9, 8, 2]), filled([3, 5, 2, 4]), { padding: [1, 2], border: 'replicate' });
  const { graph } = onnxOf({ graph: { outputs: { y } }, feeds: { x: drawn([1, 9, 8, 2]) } });
  assert.equal(
    graph.nodes.map(({ operator, attributes }) => [operator, attributes!.mode]),
    [
      ['Pad', 'edge'],
      ['Conv', undefined],
    ],
  );
  // Of [B, C, H, W]: before, then after.
  assert.equal([...graph.constants[0]!.data].map(Number), [0, 0, 1, 2, 0, 0, 1, 2]);
});

test('what ONNX is not given a translation for is an error, not another network', () => {
  const total = { outputs: { total: sum(filled([1, 2, 2, 1])) } };
  assert.throws(() => onnxOf({ graph: total, feeds: {} }), /sum is not translated/);
  const gradient = graphOf({ kind: 'conv2d', pass: 'input', image: [1, 3, 3, 2], K: 2, size: 3 });
  assert.throws(() => onnxOf(gradient), /filters that are computed/);
  const y = conv2d(input('x', [1, 3, 3, 2]), filled([3, 3, 2, 4]), { inputDilation: 2 });
  assert.throws(() => onnxOf({ graph: { outputs: { y } }, feeds: {} }), /zeros put in are not translated/);
});

test('onnxruntime that is not installed is named with the command that installs it', () => {
  assert.throws(() => openOnnxRuntime(import.meta.dirname), /not installed; `pnpm bench:peers`/);
});

/** onnxruntime; where it does not run, says so and gives undefined: the test is skipped. */
function opened(): OnnxRuntime | undefined {
  try {
    return openOnnxRuntime();
  } catch (error) {
    console.log(`SKIP onnxruntime computes what ours does: ${(error as Error).message}`);
    return undefined;
  }
}

/** float32 sums of up to 54 products of numbers below a half, against the reference's float64 */
const TOLERANCE = 2e-6;

const runtime = opened();

for (const [name, timed] of [
  ['convolutions, ReLU and a difference', small()],
  ['borders of repeated pixels', bordered()],
] as const)
  (runtime ? test : test.skip)(`onnxruntime computes what ours does: ${name}`, async () => {
    const session = await openSession(runtime!, onnxOf(timed), 2);
    await session.run();
    const [theirs] = Object.values(session.outputs);
    const { y } = await referenceBackend().compile(timed.graph).run(timed.feeds);
    const back = transposed(theirs!.data, [2, 2, 5, 7], CHANNELS_LAST);
    assert.is(y!.length, back.length);
    const differences = back.map((value, i) => Math.abs(value - y![i]!));
    assert.ok(Math.max(...differences) < TOLERANCE, `differs by ${Math.max(...differences)}`);
  });

test.run();
