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
  readonly matmul: number;
  readonly channels: number;
  readonly image: Plane;
  readonly step: { readonly channels: number; readonly embedding: number; readonly states: number };
}

const { network, batch, patch } = PRESETS.paper;

/** The paper's width and batch; and as small as to try the whole bench where there is no GPU. */
export const SIZES = {
  full: { matmul: 2048, channels: network.channels, image: [batch, patch, patch], step: network },
  tiny: { matmul: 64, channels: 8, image: [2, 9, 9], step: { channels: 8, embedding: 4, states: 2 } },
} as const satisfies Record<string, Size>;

export type SizeName = keyof typeof SIZES;

export function workloadsOf(size: SizeName): GpuWorkload[] {
  const { matmul, channels, image, step } = SIZES[size];
  const [B, H, W] = image;
  const { channels: m, embedding: l, states } = step;
  const net = { channels: m, embedding: l, states, neighborhood: H };
  const product: GpuWorkload = {
    name: `matmul ${matmul}`,
    spec: { kind: 'matmul', M: matmul, K: matmul, N: matmul },
    flops: 2 * matmul ** 3,
  };
  const convolutions = (['forward', 'input', 'filter'] as const).map(
    (pass): GpuWorkload => ({
      name: `conv 3x3 ${channels} to ${channels}, ${passes[pass]}`,
      spec: { kind: 'conv2d', pass, image: [...image, channels], K: channels, size: 3 },
      flops: 2 * B * H * W * 9 * channels ** 2,
    }),
  );
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
  return [product, ...convolutions, ...attentions, training];
}

const passes = { forward: 'forward', input: 'input gradient', filter: 'filter gradient' } as const;
