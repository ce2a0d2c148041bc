import {
  type Backend,
  broadcastTo,
  conv2d,
  input,
  mean,
  mul,
  sha256Hex,
  sizeOf,
  square,
  sub,
  variable,
  windowedAttention,
} from '../../../src/index.ts';

const SIDE = 24;
const C = 8;

const RUNS = 10;

/**
 * The SHA-256 of what several runs give of a program that changes a variable: its kernels are of several kinds, and share
 * their work among the threads.
 */
export async function smallTraining(backend: Backend): Promise<string> {
  const w = variable(
    'w',
    [3, 3, C, C],
    Float32Array.from({ length: 9 * C * C }, (_, i) => Math.sin(7 * i) / C),
  );
  const x = input('x', [2, SIDE, SIDE, C]);
  const features = conv2d(x, w, { padding: 1 });
  const { Z } = windowedAttention(features, x, features, { q: 5, normalize: 'softmax' });
  const loss = mean(square(sub(Z, x)));
  const updates = new Map([[w, sub(w, mul(1e-4, mul(broadcastTo(loss, w.shape), w)))]]);
  const step = backend.compile({ outputs: { Z }, updates });
  const feeds = { x: Float32Array.from({ length: sizeOf(x.shape) }, (_, i) => Math.sin(3 * i)) };
  let results: ArrayLike<number> = [];
  for (let i = 0; i < RUNS; i++) results = (await step.run(feeds)).Z;
  const bits = Float32Array.from([...Array.from(results), ...(await backend.read(w))]);
  return sha256Hex([new Uint8Array(bits.buffer)]);
}
