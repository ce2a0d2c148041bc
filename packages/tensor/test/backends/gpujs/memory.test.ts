// Slow: compiles kernels of gpu.js.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { suite, test } from 'uvu';
import * as assert from 'uvu/assert';
import { openMode } from '../../../src/backends/gpujs/open.ts';
import { recordingBackend } from '../../../src/backends/gpujs/recording.ts';
import { stepwiseBackend } from '../../../src/backends/gpujs/stepwise.ts';
import {
  adam,
  add,
  batchNorm,
  conv2d,
  conv2dFilterGrad,
  type Graph,
  input,
  mean,
  Random,
  sizeOf,
  square,
  sub,
  type Tensor,
  type Variable,
  variable,
  windowedAttention,
  windowedAttentionGrad,
} from '../../../src/index.ts';
import { testedBackends } from '../../testedBackends.ts';

const STEPS = 500;
/** By then everything is compiled and allocated. */
const SETTLED = 10;

/** Every image has 128 kB: one that is lost in each step would make 63 MB. */
const IMAGE = [2, 32, 32, 16];
const ALLOWED_GROWTH = 48 * 2 ** 20;

setFlagsFromString('--expose-gc');
/** What is garbage, and is still there or not as V8 likes, is no memory that is lost. */
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes of the process. */
function residentBytes(): number {
  collectGarbage();
  return process.memoryUsage().rss;
}

/** One step of training a convolution behind batch norm and attention, with each kernel that needs scratch memory. */
function trainingStep(): Graph {
  const random = new Random('memory');
  const w = variable(
    'w',
    [3, 3, 16, 16],
    Array.from({ length: 9 * 256 }, () => 0.1 * (random.uniform() - 0.5)),
  );
  const [m, v] = [variable('m', w.shape), variable('v', w.shape)];
  const [scale, shift] = [variable('scale', [16], new Array(16).fill(1)), variable('shift', [16])];
  const [x, target] = [input('x', IMAGE), input('target', IMAGE)];
  const normalized = batchNorm(x, scale, shift, { epsilon: 1e-5, relu: true }).y;
  const params = { q: 3, normalize: 'softmax' } as const;
  const attended = windowedAttention(normalized, normalized, normalized, params);
  const y = add(conv2d(attended.Z, w, { padding: 1 }), normalized);
  const error = sub(y, target);
  const gradient = conv2dFilterGrad(attended.Z, error, { padding: [1, 1], height: 3, width: 3 });
  const forward = { theta: normalized, psi: normalized, g: normalized, ...attended };
  const back = windowedAttentionGrad(error, forward, params);
  const schedule = { rate: input('rate', []), step: input('step', []) };
  const next = adam(w, gradient, { m, v }, schedule, { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 });
  return {
    outputs: { loss: mean(square(error)), unused: mean(square(back.dg)) },
    updates: new Map<Variable, Tensor>([
      [w, next.value],
      [m, next.m],
      [v, next.v],
    ]),
  };
}

/** How many buffers a device has made and not destroyed. */
function countBuffers(device: GPUDevice): () => number {
  let alive = 0;
  const create = device.createBuffer.bind(device);
  device.createBuffer = (descriptor) => {
    const buffer = create(descriptor);
    const destroy = buffer.destroy.bind(buffer);
    alive++;
    buffer.destroy = () => {
      alive--;
      return destroy();
    };
    return buffer;
  };
  return () => alive;
}

/** How many textures a context of WebGL has. */
function countTextures(context: WebGLTextures): () => number {
  let alive = 0;
  const [create, remove] = [context.createTexture.bind(context), context.deleteTexture.bind(context)];
  context.createTexture = () => {
    alive++;
    return create();
  };
  context.deleteTexture = (texture) => {
    alive--;
    remove(texture);
  };
  return () => alive;
}

interface WebGLTextures {
  createTexture(): unknown;
  deleteTexture(texture: unknown): void;
}

async function openCounted(mode: 'webgpu' | 'headlessgl') {
  const open = await openMode(mode);
  if (mode === 'webgpu') return { backend: recordingBackend(open), count: countBuffers(open.device!) };
  const backend = stepwiseBackend(open);
  // The first kernel makes the context.
  await backend.read(variable('first', []));
  const { context } = open.gpu as unknown as { context: WebGLTextures };
  return { backend, count: countTextures(context) };
}

const modes = (['webgpu', 'headlessgl'] as const).filter((mode) =>
  testedBackends.some(({ name }) => name === `gpujs ${mode}`),
);

// Where there is none, testedBackends says why.
if (modes.length === 0) {
  test.skip(`${STEPS} training steps leave the memory of webgpu and headlessgl as it is`);
  test.run();
}

for (const mode of modes) {
  const memory = suite(`memory: gpujs ${mode}`);
  memory(`${STEPS} training steps leave it as it is after ${SETTLED}, and the loss has fallen`, async () => {
    const { backend, count } = await openCounted(mode);
    const step = backend.compile(trainingStep());
    const random = new Random('images');
    const image = () => Float32Array.from({ length: sizeOf(IMAGE) }, () => random.uniform());
    const images = { x: image(), target: image() };
    const losses: number[] = [];
    let [resources, resident] = [0, 0];
    for (let i = 1; i <= STEPS; i++) {
      losses.push((await step.run({ ...images, rate: [1e-3], step: [i] })).loss![0]!);
      if (i === SETTLED) [resident, resources] = [residentBytes(), count()];
    }
    const growth = residentBytes() - resident;
    assert.ok(count() <= resources, `${count()} resources, ${resources} before`);
    assert.ok(growth <= ALLOWED_GROWTH, `${growth} bytes more`);
    assert.ok(losses.at(-1)! < 0.9 * losses[0]!, `${losses[0]}, ${losses.at(-1)}`);
    await backend.dispose();
  });
  memory.run();
}
