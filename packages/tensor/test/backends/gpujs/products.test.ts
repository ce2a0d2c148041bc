import { suite, test } from 'uvu';
import * as assert from 'uvu/assert';
import { compileForGpu, isCopy, lowerProgram, PER_THREAD } from '../../../src/backends/gpujs/compile.ts';
import { type Matrices, subgroupMatrices } from '../../../src/backends/gpujs/lower/byHand/matrices.ts';
import { openMode } from '../../../src/backends/gpujs/open.ts';
import { recordingBackend } from '../../../src/backends/gpujs/recording.ts';
import {
  conv2d,
  conv2dFilterGrad,
  conv2dInputGrad,
  type Feeds,
  input,
  matmul,
  Random,
  type Shape,
  sizeOf,
  type Tensor,
  windowedAttention,
  windowedAttentionGrad,
} from '../../../src/index.ts';
import { evaluate } from '../../evaluate.ts';
import { tellAtOnce } from '../../tellAtOnce.ts';
import { testedBackends } from '../../testedBackends.ts';
import { imitatedMatrices } from './imitatedMatrices.ts';
import { nullDevice } from './nullDevice.ts';

/** Of the largest result: sums of up to 300 terms, each rounded to 24 bits. */
const FLOAT32 = 2e-6;
/** The same of factors that are rounded to 11 bits. */
const FLOAT16 = 2e-3;

/** Attention of two images over all of their q x q pixels. */
function attention(x: Input, q: number) {
  const image = (channels: number): Shape => [2, q, q, channels];
  const [theta, psi, g] = [x('theta', image(8)), x('psi', image(8)), x('g', image(36))];
  const params = { q, normalize: 'softmax' } as const;
  return { theta, psi, g, params, forward: windowedAttention(theta, psi, g, params) };
}

type Input = (name: string, shape: Shape) => Tensor;

/** What multiplies float16 factors, how exactly, and whether it takes blocks of 128 rows. */
interface Units {
  readonly on: string;
  readonly matrices: Matrices;
  readonly tolerance: number;
  readonly takesWide: boolean;
}

/** Products that take every block, with lines in fours and not, along terms and along rows. */
const products: Readonly<Record<string, { readonly isWide?: true; make(given: Input): Tensor }>> = {
  '64 x 64, in fours': { make: (x) => matmul(x('a', [2, 70, 36]), x('b', [2, 36, 68])) },
  '64 x 64, one by one': { make: (x) => matmul(x('a', [70, 37]), x('b', [37, 67])) },
  '64 x 64, rows side by side, in fours': {
    make: (x) => matmul(x('a', [36, 72]), x('b', [36, 68]), { transposeA: true }),
  },
  '64 x 64, rows side by side, one by one': {
    make: (x) => matmul(x('a', [37, 71]), x('b', [37, 65]), { transposeA: true }),
  },
  '128 x 128, in fours': { isWide: true, make: (x) => matmul(x('a', [50, 130, 20]), x('b', [50, 20, 140])) },
  '128 x 128, rows side by side, one by one': {
    isWide: true,
    make: (x) => matmul(x('a', [50, 19, 131]), x('b', [50, 19, 141]), { transposeA: true }),
  },
  '128 x 64, rows side by side, in fours': {
    isWide: true,
    make: (x) => matmul(x('a', [100, 20, 132]), x('b', [100, 20, 64]), { transposeA: true }),
  },
  'a convolution with a bias': {
    make: (x) =>
      conv2d(x('x', [2, 13, 11, 32]), x('w', [3, 3, 32, 64]), { padding: 1, bias: x('bias', [64]) }),
  },
  'a convolution of five channels': { make: (x) => conv2d(x('x', [2, 13, 11, 5]), x('w', [3, 3, 5, 35])) },
  'a convolution with a stride, back to its input': {
    make: (x) => conv2dInputGrad(x('g', [1, 7, 6, 32]), x('w', [3, 3, 36, 32]), { stride: 2, padding: 1 }),
  },
  'filters of 36 outputs': {
    make: (x) => conv2dFilterGrad(x('x', [3, 13, 11, 32]), x('g', [3, 11, 9, 36]), { height: 3, width: 3 }),
  },
  'windows of 81 pixels': { make: (x) => attention(x, 9).forward.Z },
  // More than a group of threads reads at once.
  'windows of 529 pixels': { make: (x) => attention(x, 23).forward.Z },
  'windows of 81 pixels, back to psi': {
    make: (x) => {
      const { theta, psi, g, params, forward } = attention(x, 9);
      const given = { theta, psi, g, ...forward };
      return windowedAttentionGrad(x('gZ', g.shape), given, params).dpsi;
    },
  },
};

/** Numbers between -0.5 and 0.5 for each input of a product. */
function given(make: (given: Input) => Tensor) {
  const random = new Random('products');
  const feeds: Record<string, Float32Array> = {};
  const result = make((name, shape) => {
    feeds[name] = Float32Array.from({ length: sizeOf(shape) }, () => random.uniform() - 0.5);
    return input(name, shape);
  });
  return { result, feeds };
}

if (testedBackends.some(({ name }) => name === 'gpujs webgpu')) {
  const { device, adapter } = await openMode('webgpu');
  const hasHalf = device!.features.has('shader-f16');
  if (!hasHalf) console.log('SKIP products in blocks of 128 rows on imitated matrices: no shader-f16 here');
  const imitated: Units = {
    on: 'imitated matrices',
    matrices: imitatedMatrices(hasHalf ? 'f16' : 'f32'),
    tolerance: hasHalf ? FLOAT16 : FLOAT32,
    takesWide: hasHalf,
  };
  const real: Units = {
    on: 'matrix units',
    matrices: subgroupMatrices,
    tolerance: FLOAT16,
    takesWide: true,
  };
  if (!adapter.matrixUnits) console.log('SKIP products on matrix units: this device has none');
  const units = adapter.matrixUnits ? [imitated, real] : [imitated];

  /** A tensor, computed by the kernels by hand alone. */
  const compute = async (result: Tensor, feeds: Feeds, matrices?: Matrices) => {
    const backend = recordingBackend(await openMode('webgpu'), { byHand: 'always', matrices });
    try {
      return (await backend.compile({ outputs: { result } }).run(feeds)).result!;
    } finally {
      await backend.dispose();
    }
  };
  /** The largest error, as a share of the largest result. */
  const errorOf = async (result: Tensor, feeds: Feeds, matrices?: Matrices) => {
    const [[right], ours] = [await evaluate([result], feeds), await compute(result, feeds, matrices)];
    const largestOf = (values: readonly number[]) =>
      values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
    return largestOf(right!.map((value, i) => value - ours[i]!)) / largestOf(right!);
  };

  const byHand = suite('products by hand');
  const check = (title: string, test: () => Promise<void>) => byHand(title, tellAtOnce(title, test));
  for (const [name, { make, isWide }] of Object.entries(products)) {
    check(`${name}: in float32`, async () => {
      const { result, feeds } = given(make);
      const error = await errorOf(result, feeds);
      assert.ok(error < FLOAT32, `${error}`);
    });
    for (const { on, matrices, tolerance, takesWide } of units) {
      if (isWide && !takesWide) continue;
      check(`${name}: with float16 factors, on ${on}`, async () => {
        const { result, feeds } = given(make);
        const error = await errorOf(result, feeds, matrices);
        assert.ok(error < tolerance, `${error}`);
      });
    }
  }
  byHand.run();

  const scaled = suite('float16 factors');
  const [M, K, N] = [40, 200, 36];
  const a = input('a', [M, K]);
  const product = matmul(a, input('b', [K, N]));
  const feedsOf = (sizeOfTerm: (k: number) => number) => {
    const { feeds } = given((x) => matmul(x('a', [M, K]), x('b', [K, N])));
    return { ...feeds, a: feeds.a!.map((value, i) => value * sizeOfTerm(i % K)) };
  };

  const sizes: Readonly<Record<string, (k: number) => number>> = {
    'numbers far below what float16 has are as exact as others': () => 1e-20,
    'numbers far above what float16 has are, too': () => 1e20,
    'terms that grow bring the sums so far to their scale': (k) => 10 ** (k / 20 - 5),
    'terms that fall are added to larger ones': (k) => 10 ** (5 - k / 20),
  };
  for (const { on, matrices } of units) {
    for (const [name, sizeOfTerm] of Object.entries(sizes)) {
      scaled(`${on}: ${name}`, async () => {
        const error = await errorOf(product, feedsOf(sizeOfTerm), matrices);
        assert.ok(error < FLOAT16, `${error}`);
      });
    }
    scaled(`${on}: zeros are zero`, async () => {
      const zeros = feedsOf(() => 0);
      const sums = await compute(product, zeros, matrices);
      assert.ok(sums.every((value) => value === 0));
    });
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
      scaled(`${on}: ${bad} makes its row ${bad} or NaN`, async () => {
        const feeds = feedsOf(() => 1);
        feeds.a[3 * K + 5] = bad;
        const sums = await compute(product, feeds, matrices);
        assert.ok(sums.slice(3 * N, 4 * N).every((value) => !Number.isFinite(value)));
      });
    }
  }
  scaled.run();
}

/** The kernels by hand of a product. */
function kernelsOf(make: (given: Input) => Tensor, matrices?: Matrices): string[] {
  const program = compileForGpu({ outputs: { result: given(make).result } }, PER_THREAD);
  return lowerProgram(program, PER_THREAD).flatMap(({ calls }) =>
    calls.flatMap((call) => (isCopy(call) || !call.byHand ? [] : [call.byHand.shader(matrices).wgsl])),
  );
}

test('kernels for matrix units are WGSL that Dawn takes', async () => {
  const device = await nullDevice(['shader-f16', 'subgroups', 'chromium-experimental-subgroup-matrix']);
  for (const { make } of Object.values(products)) {
    const kernels = kernelsOf(make, subgroupMatrices);
    assert.ok(kernels.length > 0);
    for (const code of kernels) {
      const { messages } = await device.createShaderModule({ code }).getCompilationInfo();
      assert.equal(
        messages.map(({ lineNum, message }) => `${lineNum}: ${message}`),
        [],
      );
    }
  }
});

/** Memory that threads share and may write, of vectors. */
const SHARED_VECTORS = /var<(?:workgroup|storage, read_write)> (\w+) : array<vec/g;

test('no thread writes an element of a vector of which others write other elements', () => {
  let vectors = 0;
  for (const [name, { make }] of Object.entries(products)) {
    for (const wgsl of [...kernelsOf(make), ...kernelsOf(make, subgroupMatrices)]) {
      for (const [, vector] of wgsl.matchAll(SHARED_VECTORS)) {
        vectors++;
        const element = new RegExp(`\\b${vector}\\[.*\\](\\[[^\\]]*\\]|\\.\\w+) = .*`).exec(wgsl);
        assert.is(element?.[0], undefined, name);
      }
    }
  }
  assert.ok(vectors > 0);
});
test.run();
