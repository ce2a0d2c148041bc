import { PRESETS } from '@nlrn/nlrn';
import { attentionFlops, forwardFlops } from '../lib/flops.ts';
import type { Plane, Spec } from '../lib/spec.ts';

/** Something to be timed on a GPU. */
export interface GpuWorkload {
  readonly name: string;
  readonly spec: Spec;
  /** Floating-point operations of the textbook algorithm, two for each multiply-add */
  readonly flops: number;
}

/** Sizes of the workloads. */
interface Size {
  readonly matmul: readonly number[];
  readonly channels: number;
  readonly image: Plane;
  /** Side of an image that is convolved, and restored, whole */
  readonly side: number;
  readonly parameters: number;
  readonly step: { readonly channels: number; readonly embedding: number; readonly states: number };
}

const { network, batch, patch } = PRESETS.paper;

/** The paper's width and batch; and as small as to try the whole bench where there is no GPU. */
export const SIZES = {
  full: {
    ...{ matmul: [2048, 4096], channels: network.channels, image: [batch, patch, patch] },
    ...{ side: 512, parameters: 2 ** 20, step: network },
  },
  tiny: {
    ...{ matmul: [64], channels: 8, image: [2, 9, 9] },
    ...{ side: 16, parameters: 100, step: { channels: 8, embedding: 4, states: 2 } },
  },
} as const satisfies Record<string, Size>;

export type SizeName = keyof typeof SIZES;

/** The training step comes first: it is what all others are parts of. */
export function workloadsOf(size: SizeName): GpuWorkload[] {
  const { matmul, channels, image, side, parameters, step } = SIZES[size];
  const [B, H, W] = image;
  const { channels: m, embedding: l, states } = step;
  const net = { channels: m, embedding: l, states, neighborhood: H };
  const products = matmul.map(
    (n): GpuWorkload => ({
      name: `matmul ${n}`,
      spec: { kind: 'matmul', M: n, K: n, N: n },
      flops: 2 * n ** 3,
    }),
  );
  const convolution = (pass: keyof typeof passes, [B, H, W]: Plane): GpuWorkload => ({
    name: `conv 3x3 ${channels}, ${B} of ${H} x ${W}, ${passes[pass]}`,
    spec: { kind: 'conv2d', pass, image: [B, H, W, channels], K: channels, size: 3 },
    flops: 2 * B * H * W * 9 * channels ** 2,
  });
  const convolutions = [
    ...(['forward', 'input', 'filter'] as const).map((pass) => convolution(pass, image)),
    convolution('forward', [1, side, side]),
  ];
  const attentions = (['forward', 'backward'] as const).map((pass): GpuWorkload => {
    const params = { pass, image, q: H, l, m };
    return {
      name: `dense attention, ${pass}`,
      spec: { kind: 'attention', ...params },
      flops: attentionFlops(params),
    };
  });
  const training: GpuWorkload = {
    name: `training step, batch ${B}`,
    spec: { kind: 'step', ...net, batch: B, patch: H },
    flops: 3 * B * H * W * forwardFlops(net),
  };
  const update: GpuWorkload = {
    name: `Adam, ${parameters} parameters`,
    spec: { kind: 'adam', n: parameters },
    flops: ADAM_FLOPS * parameters,
  };
  const restoring: GpuWorkload = {
    name: `restoring ${side} x ${side}`,
    spec: { kind: 'restore', ...net, batch: 1, side },
    flops: side ** 2 * forwardFlops(net),
  };
  return [training, ...products, ...convolutions, ...attentions, update, restoring];
}

/** Operations of Adam for a parameter: 3 of its mean, 4 of the mean of squares, 6 of the step. */
const ADAM_FLOPS = 13;

const passes = { forward: 'forward', input: 'input gradient', filter: 'filter gradient' } as const;
