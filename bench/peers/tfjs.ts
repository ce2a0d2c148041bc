import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import { type ByKind, byKind, type Specs } from '../lib/spec.ts';
import { serve } from './serve.ts';

/** TensorFlow.js with its wasm backend as a peer: one thread, as it has no others in Node. */

// The package's bundle for Node lacks the gradients, and their own files want a bundler or tsx's `require`.
createRequire(import.meta.url)('@tensorflow/tfjs-core/dist/register_all_gradients.js');
await tf.setBackend('wasm');

/** Work that is ready, or why it cannot be done. */
type Work = (() => unknown) | string;

const works: ByKind<Work> = {
  matmul({ M, K, N }) {
    const [a, b] = [filled<tf.Tensor2D>([M, K]), filled<tf.Tensor2D>([K, N])];
    return () => tf.matMul(a, b);
  },
  conv2d: convolution,
  attention,
  batchNorm: normalisation,
  chain({ n }) {
    const [a, b, c] = [filled([n]), filled([n]), filled([n])];
    return () => tf.relu(tf.add(tf.mul(a, b), c));
  },
  adam({ n }) {
    const optimizer = tf.train.adam(1e-3, 0.9, 0.999, 1e-8);
    const { name } = tf.variable(filled([n]), true, 'value');
    const gradient = filled([n]);
    return () => optimizer.applyGradients([{ name, tensor: gradient }]);
  },
  step: () => 'has no filter gradient',
  restore: () => 'has no windowed attention',
  plain,
};

await serve(tf.version_core, (spec) => {
  tf.disposeVariables();
  const work = byKind(works, spec);
  return typeof work === 'string' ? work : { run: () => tf.tidy(() => void work()) };
});

/** Random numbers between -0.5 and 0.5. */
function filled<T extends tf.Tensor>(shape: readonly number[]): T {
  return tf.randomUniform([...shape], -0.5, 0.5) as unknown as T;
}

function convolution(spec: Readonly<Specs['conv2d']>): Work {
  const { pass, image, K, size, stride = 1, dilation = 1, groups = 1 } = spec;
  const [B, H, W, C] = image;
  const x = filled<tf.Tensor4D>(image);
  const isDepthwise = groups > 1 && groups === C && C === K;
  if (groups > 1 && !isDepthwise) return 'has no groups';
  if (pass === 'filter') return 'has no filter gradient';
  if (pass === 'input' && (groups > 1 || dilation > 1)) return 'has no such transposed convolution';
  const w = filled<tf.Tensor4D>(isDepthwise ? [size, size, C, 1] : [size, size, C, K]);
  if (isDepthwise) return () => tf.depthwiseConv2d(x, w, stride, 'same', 'NHWC', dilation);
  if (pass === 'forward') return () => tf.conv2d(x, w, stride, 'same', 'NHWC', dilation);
  const g = filled<tf.Tensor4D>([B, Math.ceil(H / stride), Math.ceil(W / stride), K]);
  return () => tf.conv2dTranspose(g, w, [B, H, W, C], stride, 'same');
}

function plain({ config, side }: Readonly<Specs['plain']>): Work {
  if (config.network === 'srcnn') return 'has no border of repeated pixels';
  const { channels, depth } = config;
  const x = filled<tf.Tensor4D>([1, side, side, 1]);
  const sizes = [1, ...new Array<number>(depth - 1).fill(channels), 1];
  const convs = sizes.slice(1).map((K, i) => ({
    filter: filled<tf.Tensor4D>([3, 3, sizes[i]!, K]),
    bias: filled<tf.Tensor1D>([K]),
    activation: i < depth - 1 ? ('relu' as const) : ('linear' as const),
  }));
  const applied = (h: tf.Tensor4D, conv: (typeof convs)[number]) =>
    tf.fused.conv2d({ x: h, strides: 1, pad: 'same', ...conv });
  const residual = config.network === 'vdsr' ? tf.add : tf.sub;
  return () => residual(x, convs.reduce(applied, x));
}

/** Where the window is the whole image, attention is two products and a softmax. */
function attention({ pass, image, q, l, m }: Readonly<Specs['attention']>): Work {
  const [B, H, W] = image;
  if (q !== H || q !== W) return 'has no windowed attention';
  const [theta, psi, g] = [l, l, m].map((channels) => filled<tf.Tensor>([B, H * W, channels]));
  const dense = (...[theta, psi, g]: tf.Tensor[]) =>
    tf.matMul(tf.softmax(tf.matMul(theta!, psi!, false, true)), g!);
  if (pass === 'forward') return () => dense(theta!, psi!, g!);
  if (pass === 'backward') return 'cannot keep the forward pass: see both';
  const [gradients, gZ] = [tf.grads(dense), filled([B, H * W, m])];
  return () => gradients([theta!, psi!, g!], gZ);
}

function normalisation({ pass, image }: Readonly<Specs['batchNorm']>): Work {
  if (pass === 'backward') return 'cannot keep the forward pass';
  const C = image[3];
  const x = filled<tf.Tensor4D>(image);
  const [scale, shift] = [filled<tf.Tensor1D>([C]), filled<tf.Tensor1D>([C])];
  return () => {
    const { mean, variance } = tf.moments(x, [0, 1, 2]);
    return tf.batchNorm(x, mean as tf.Tensor1D, variance as tf.Tensor1D, shift, scale, 1e-5);
  };
}
