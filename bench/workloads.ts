import { createTrainingStep, PRESETS } from '@nlrn/nlrn';
import {
  conv2d,
  conv2dFilterGrad,
  conv2dInputGrad,
  type Graph,
  matmul,
  Random,
  type Shape,
  sizeOf,
  type Tensor,
  variable,
  windowedAttention,
  windowedAttentionGrad,
} from '@nlrn/tensor';

/** Something to be timed. */
export interface Workload {
  readonly name: string;
  readonly describe: string;
  /** Floating-point operations of the textbook algorithm: two for each multiply-add */
  readonly flops: number;
  build(): { graph: Graph; feeds?: Readonly<Record<string, Float32Array>> };
}

const random = new Random('bench');

function filled(name: string, shape: Shape) {
  return variable(
    name,
    shape,
    Float32Array.from({ length: sizeOf(shape) }, () => random.uniform() - 0.5),
  );
}

/** A workload that computes one tensor and keeps it in a variable, so that nothing but the kernel is timed. */
function kernel(name: string, describe: string, flops: number, build: () => Tensor): Workload {
  const graph = () => {
    const result = build();
    return { graph: { outputs: {}, updates: new Map([[variable('result', result.shape), result]]) } };
  };
  return { name, describe, flops, build: graph };
}

function convolutions(C: number): Workload[] {
  const [x, w]: [Shape, Shape] = [
    [4, 45, 45, C],
    [3, 3, C, C],
  ];
  const flops = 2 * 4 * 45 * 45 * 9 * C * C;
  const shapes = `3 x 3, ${C} to ${C}, on 4 x 45 x 45`;
  const padding = [1, 1] as const;
  return [
    kernel(`conv${C}`, `conv2d ${shapes}, forward`, flops, () =>
      conv2d(filled('x', x), filled('w', w), { padding }),
    ),
    kernel(`conv${C}-input`, `conv2d ${shapes}, input gradient`, flops, () =>
      conv2dInputGrad(filled('g', x), filled('w', w), { padding }),
    ),
    kernel(`conv${C}-filter`, `conv2d ${shapes}, filter gradient`, flops, () =>
      conv2dFilterGrad(filled('x', x), filled('g', x), { padding, height: 3, width: 3 }),
    ),
  ];
}

/** Two products of l and m channels for each of the q² neighbours of each pixel; twice that and one more backward. */
function attention(name: string, image: Shape, q: number): Workload[] {
  const [l, m] = [64, 128];
  const pairs = sizeOf(image) * q * q;
  const inputs = () =>
    [filled('theta', [...image, l]), filled('psi', [...image, l]), filled('g', [...image, m])] as const;
  const params = { q, normalize: 'softmax' } as const;
  const shapes = `${image.join(' x ')}, q = ${q}, l = ${l}, m = ${m}`;
  return [
    kernel(
      `attention-${name}`,
      `windowed attention ${shapes}, forward`,
      2 * pairs * (l + m),
      () => windowedAttention(...inputs(), params).Z,
    ),
    kernel(
      `attention-${name}-grad`,
      `windowed attention ${shapes}, gradient`,
      2 * pairs * 2 * (l + m),
      () => {
        const logits = filled('logits', [...image, q * q]);
        return windowedAttentionGrad(filled('gZ', [...image, m]), ...inputs(), logits, params).dg;
      },
    ),
  ];
}

/** Multiply-adds of one image through the convolutions and the attention of an NLRN, forward. */
function forwardFlops({ network, patch, batch }: (typeof PRESETS)['quick']): number {
  const { channels: m, embedding: l, states, neighborhood } = network;
  const state = m * (2 * l + m) + 2 * 9 * m * m + neighborhood ** 2 * (l + m);
  return 2 * batch * patch ** 2 * (states * state + 2 * 9 * m);
}

function trainingStep(name: keyof typeof PRESETS, batch: number): Workload {
  const config = { ...PRESETS[name], batch };
  const size = batch * config.patch ** 2;
  const pixels = () => Float32Array.from({ length: size }, () => random.uniform());
  const feeds = { noisy: pixels(), truth: pixels(), rate: Float32Array.of(1e-3), step: Float32Array.of(1) };
  return {
    name: `step-${name}`,
    describe: `training step of preset ${name}, batch ${batch} (three times the forward pass)`,
    flops: 3 * forwardFlops(config),
    build: () => ({ graph: createTrainingStep(config).graph, feeds }),
  };
}

export const WORKLOADS: readonly Workload[] = [
  kernel('matmul512', 'matmul 512 x 512 x 512', 2 * 512 ** 3, () =>
    matmul(filled('a', [512, 512]), filled('b', [512, 512])),
  ),
  ...convolutions(128),
  ...convolutions(32),
  ...attention('dense', [2, 45, 45], 45),
  ...attention('band', [1, 128, 128], 15),
  trainingStep('quick', 8),
  trainingStep('laptop', 16),
  trainingStep('paper', 2),
];
