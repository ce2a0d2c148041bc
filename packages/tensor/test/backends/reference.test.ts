import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  BackendError,
  batchNorm,
  batchNormGrad,
  conv2d,
  conv2dFilterGrad,
  full,
  globalNorm,
  input,
  matmul,
  mul,
  referenceBackend,
  reshape,
  sum,
  type Tensor,
  windowedAttention,
  windowedAttentionGrad,
} from '../../src/index.ts';

/** From here on float32 knows even numbers only: ones that are added to it one by one are all lost, 7e-7 of the sum. */
const LARGE = 2 ** 24;
const LIST = [LARGE, ...new Array<number>(12).fill(1)];
const N = LIST.length;
/** One rounding to float32 errs by 6e-8. */
const ROUNDING = 1e-7;

const x = input('x', [N]);
const column = reshape(x, [N, 1]);
const image = reshape(x, [1, 1, N, 1]);
const ones = (...shape: number[]) => full(shape, 1);
const flat = ones(1, 1, N, 1);

const NORM = { epsilon: 1, relu: false };
const normGrad = (g: Tensor, of: Tensor) =>
  batchNormGrad(g, of, ones(1), ones(1), full([1], 0), full([1], 0), NORM);

/** Weights that are all the same: each of the N pixels is N times in a window of N x N on one row. */
const MEAN = { q: N, normalize: 'mean' } as const;
const forward = { theta: flat, psi: flat, g: flat, ...windowedAttention(flat, flat, flat, MEAN) };

/** The sum of the list, or a multiple of it, by every kernel that sums. */
const SUMS: Readonly<Record<string, readonly [Tensor, sum: number]>> = {
  sum: [sum(x), LARGE + 12],
  'sum of one axis': [sum(column, { axes: [0] }), LARGE + 12],
  matmul: [matmul(ones(1, N), column), LARGE + 12],
  'conv2d, channels': [conv2d(reshape(x, [1, 1, 1, N]), ones(1, 1, N, 1)), LARGE + 12],
  'conv2d, taps': [conv2d(image, ones(1, N, 1, 1)), LARGE + 12],
  'conv2d, bias': [conv2d(reshape(x, [1, 1, 1, N]), ones(1, 1, N, 1), { bias: ones(1) }), LARGE + 13],
  conv2dFilterGrad: [conv2dFilterGrad(image, flat, { padding: [0, 0], height: 1, width: 1 }), LARGE + 12],
  'batchNorm, mean': [batchNorm(column, ones(1), ones(1), NORM).mean, (LARGE + 12) / N],
  'batchNormGrad, shift': [normGrad(column, ones(N, 1)).dshift, LARGE + 12],
  'batchNormGrad, scale': [normGrad(column, ones(N, 1)).dscale, LARGE + 12],
  'windowedAttention, Z': [sum(windowedAttention(flat, flat, image, MEAN).Z), LARGE + 12],
  'windowedAttentionGrad, theta': [
    sum(windowedAttentionGrad(flat, { ...forward, psi: image }, MEAN).dtheta),
    LARGE + 12,
  ],
  'windowedAttentionGrad, psi': [
    sum(windowedAttentionGrad(flat, { ...forward, theta: image }, MEAN).dpsi),
    LARGE + 12,
  ],
  'windowedAttentionGrad, g': [sum(windowedAttentionGrad(image, forward, MEAN).dg), LARGE + 12],
  globalNorm: [globalNorm([ones(1), mul(x, 2 ** -12)]), Math.hypot(1, ...LIST.map((v) => v / 2 ** 12))],
};

for (const precision of ['float64', 'float32'] as const) {
  test(`sums are collected in float64: ${precision}`, async () => {
    const outputs = Object.fromEntries(Object.entries(SUMS).map(([name, [y]]) => [name, y]));
    const found = await referenceBackend({ precision }).compile({ outputs }).run({ x: LIST });
    for (const [name, [, sum]] of Object.entries(SUMS)) {
      const error = Math.abs(found[name]![0]! / sum - 1);
      const allowed = precision === 'float64' ? ROUNDING ** 2 : ROUNDING;
      assert.ok(error <= allowed, `${name}: ${found[name]![0]}, not ${sum}`);
    }
  });
}

test('a hundred thousand tenths are ten thousand, beside a number to which float32 can add none', async () => {
  const rows = input('tenths', [100, 1000]);
  // From 2^21 on float32 knows quarters, and a tenth is less than half of one.
  const tenths = { tenths: new Float64Array(1e5).fill(0.1).fill(2 ** 21, 0, 1) };
  const { y } = await referenceBackend()
    .compile({ outputs: { y: sum(rows) } })
    .run(tenths);
  assert.ok(Math.abs(y![0]! - (2 ** 21 + 9999.9)) < 1e-4, `${y}`);
});

test('it computes in float64 and says so', async () => {
  const backend = referenceBackend();
  assert.is(backend.description, 'reference (float64)');
  const { y } = await backend.compile({ outputs: { y: x } }).run({ x: new Array(N).fill(0.1) });
  assert.instance(y, Float64Array);
  assert.is(y![0], 0.1);
});

test('memory that is missing is told with its size when a program is to run; it can be compiled and looked at', async () => {
  const program = referenceBackend().compile({ outputs: { y: full([2 ** 20, 2 ** 20], 1) } });
  assert.is(program.program.peak, 8 * 2 ** 40);
  const error = await program.run().then(
    () => assert.unreachable('it ran') as never,
    (error: Error) => error,
  );
  assert.instance(error, BackendError);
  assert.match(error.message, /^the reference backend needs 8192\.0 GB of memory and cannot have it: take /);
});

test.run();
