import { DNCNN_S_CONFIG, SRCNN_CONFIG, VDSR_CONFIG } from '@nlrn/networks';
import { PRESETS, type PresetName } from '@nlrn/nlrn';
import { attentionFlops, forwardFlops, plainFlops } from './lib/flops.ts';
import type { NetworkSize, Plane, Spec, Specs } from './lib/spec.ts';

/** Something to be timed. */
export interface Workload {
  readonly name: string;
  readonly describe: string;
  readonly spec: Spec;
  /** Floating-point operations of the textbook algorithm, two for each multiply-add; memory-bound work has none */
  readonly flops?: number;
  /** Bytes that the textbook algorithm reads and writes, where these are what it takes time for */
  readonly bytes?: number;
  /** The whole work is so many times what is run, for what would take too long */
  readonly repeated?: number;
  /** One round without warm-up: a run takes many seconds */
  readonly once?: boolean;
}

const FLOAT = 4;

function matmul(name: string, M: number, K: number, N: number, describe = ''): Workload {
  return {
    name,
    describe: `${M} x ${K} times ${K} x ${N}${describe}`,
    spec: { kind: 'matmul', M, K, N },
    flops: 2 * M * K * N,
  };
}

function convolutions(C: number, [B, H, W]: Plane, suffix: string): Workload[] {
  const named = { forward: '', input: '-input', filter: '-filter' };
  const passes = { forward: 'forward', input: 'input gradient', filter: 'filter gradient' };
  return (['forward', 'input', 'filter'] as const).map((pass) => ({
    name: `conv${C}${suffix}${named[pass]}`,
    describe: `conv2d 3 x 3, ${C} to ${C}, ${B} x ${H} x ${W}, ${passes[pass]}`,
    spec: { kind: 'conv2d', pass, image: [B, H, W, C], K: C, size: 3 },
    flops: 2 * B * H * W * 9 * C * C,
  }));
}

/** Convolutions of other networks, on one image of 128 x 128: what moves otherwise, and what has few channels. */
function otherConvolutions(): Workload[] {
  const [C, side] = [64, 128];
  const of = (name: string, describe: string, own: Partial<Specs['conv2d']>): Workload => {
    const spec = {
      kind: 'conv2d',
      pass: 'forward',
      image: [1, side, side, C],
      K: C,
      size: 3,
      ...own,
    } as const;
    const { image, K, size, stride = 1, groups = 1 } = spec;
    const flops = (2 * (side / stride) ** 2 * size ** 2 * image[3] * K) / groups;
    return { name: `conv-${name}`, describe: `conv2d, 1 x ${side} x ${side}, ${describe}`, spec, flops };
  };
  return [
    of('stride2', `3 x 3, ${C} to ${C}, every second pixel`, { stride: 2 }),
    of('transposed', `3 x 3, ${C} to ${C}, transposed, twice as large`, { stride: 2, pass: 'input' }),
    of('dilation2', `3 x 3, ${C} to ${C}, taps two apart`, { dilation: 2 }),
    of('depthwise', `3 x 3, each of ${C} channels alone`, { groups: C }),
    of('first9', '9 x 9, 1 to 64', { image: [1, side, side, 1], size: 9 }),
    of('last3', `3 x 3, ${C} to 1`, { K: 1 }),
    of('last5', `5 x 5, ${C} to 1`, { K: 1, size: 5 }),
  ];
}

/** Channels of the embedding and of the features: the paper's, and smaller ones. */
interface Width {
  readonly l: number;
  readonly m: number;
}

const PAPER_WIDTH: Width = { l: 64, m: 128 };

function attention(name: string, image: Plane, q: number, { l, m }: Width = PAPER_WIDTH): Workload[] {
  return (['forward', 'backward', 'both'] as const).map((pass) => ({
    name: `attention-${name}-${pass}`,
    describe: `windowed attention, ${image.join(' x ')}, q = ${q}, l = ${l}, m = ${m}, ${pass}`,
    spec: { kind: 'attention', pass, image, q, l, m },
    flops: attentionFlops({ pass, image, q, l, m }),
  }));
}

/** Forward reads x for the statistics and again for y; backward reads g and x, both twice, and writes one of them. */
function batchNorms(): Workload[] {
  const image = [16, 45, 45, 128] as const;
  const numbers = image.reduce((product, n) => product * n, 1);
  return (['forward', 'backward'] as const).map((pass) => ({
    name: `batchnorm-${pass}`,
    describe: `batchNorm in training, ${image.join(' x ')}, ${pass}`,
    spec: { kind: 'batchNorm', pass, image },
    bytes: FLOAT * numbers * (pass === 'forward' ? 3 : 5),
  }));
}

function sizeOf({ channels, embedding, states, neighborhood }: NetworkSize): NetworkSize {
  return { channels, embedding, states, neighborhood };
}

function trainingStep(name: string, size: NetworkSize, batch: number, patch: number): Workload {
  const { channels: m, embedding: l, states: T, neighborhood: q } = size;
  return {
    name: `step-${name}`,
    describe: `training step, m = ${m}, l = ${l}, T = ${T}, q = ${q}, patch ${patch}, batch ${batch} (operations: three times the forward pass)`,
    spec: { kind: 'step', ...size, batch, patch },
    flops: 3 * batch * patch ** 2 * forwardFlops(size),
  };
}

function presetStep(preset: PresetName, batch: number): Workload {
  const { network, patch } = PRESETS[preset];
  return trainingStep(preset, sizeOf(network), batch, patch);
}

/** Between the presets `laptop` and `paper`: a neighbourhood that is large, but smaller than the patch. */
const WINDOW15: NetworkSize = { channels: 64, embedding: 32, states: 6, neighborhood: 15 };

/** Side of the image that is restored. */
const SIDE = 256;

function restore(name: string, preset: PresetName, options: Pick<Workload, 'once'> = {}): Workload {
  const size = sizeOf(PRESETS[preset].network);
  return {
    name: `restore-${name}`,
    describe: `restore ${SIDE} x ${SIDE}, preset ${preset}, the true window q = ${size.neighborhood}`,
    spec: { kind: 'restore', ...size, batch: 1, side: SIDE },
    flops: SIDE ** 2 * forwardFlops(size),
    ...options,
  };
}

/** A network that the paper compares with. */
function plain(name: string, words: string, config: Specs['plain']['config']): Workload {
  return {
    name,
    describe: `${words}, 1 x ${SIDE} x ${SIDE}`,
    spec: { kind: 'plain', config, side: SIDE },
    flops: SIDE ** 2 * plainFlops(config),
  };
}

/** The authors' code predicts windows of 43 x 43 pixels, 7 apart and at the far border, and averages them. */
function restoreWindows(): Workload {
  const [side, stride, batch] = [43, 7, 4];
  const size: NetworkSize = { ...sizeOf(PRESETS.paper.network), neighborhood: side };
  const windows = (Math.ceil((SIDE - side) / stride) + 1) ** 2;
  const spec: Specs['restore'] = { ...size, batch, side };
  return {
    name: 'restore-windows',
    describe: `${SIDE} x ${SIDE}, preset paper, in the authors' way, ${windows} windows of ${side} x ${side}: extrapolated from ${batch}`,
    spec: { kind: 'restore', ...spec },
    flops: windows * side ** 2 * forwardFlops(size),
    repeated: windows / batch,
  };
}

/** Numbers of the element-wise chain, and parameters of the paper's network with its batch normalisations. */
const CHAIN = 2 ** 22;
const PARAMETERS = 340_099;

export const WORKLOADS: readonly Workload[] = [
  matmul('matmul512', 512, 512, 512),
  matmul('matmul-1x1', 8100, 128, 64, ' (the 1 x 1 convolution of theta, 4 patches)'),
  matmul('matmul-1x1-g', 8100, 128, 128, ' (the 1 x 1 convolution of g)'),
  matmul('matmul-skinny', 8100, 1152, 8),
  matmul('matmul-deep', 64, 8100, 128, ' (the filter gradient of a 1 x 1 convolution)'),
  matmul('matmul-odd', 509, 251, 127),
  ...convolutions(128, [4, 45, 45], ''),
  ...convolutions(128, [1, 256, 256], '-256'),
  ...convolutions(32, [4, 45, 45], ''),
  ...convolutions(32, [1, 256, 256], '-256'),
  ...otherConvolutions(),
  ...attention('dense', [2, 45, 45], 45),
  ...attention('patch9', [8, 25, 25], 9, { l: 16, m: 32 }),
  ...attention('patch15', [8, 32, 32], 15, { l: 32, m: 64 }),
  ...attention('band15', [1, 128, 128], 15),
  ...attention('band45', [1, 128, 128], 45),
  ...batchNorms(),
  {
    name: 'chain',
    describe: `relu(a b + c) on ${CHAIN} numbers`,
    spec: { kind: 'chain', n: CHAIN },
    bytes: FLOAT * CHAIN * 4,
  },
  {
    name: 'adam',
    describe: `adam, ${PARAMETERS} parameters`,
    spec: { kind: 'adam', n: PARAMETERS },
    // Reads the value, its gradient and both moments; writes all but the gradient.
    bytes: FLOAT * PARAMETERS * 7,
  },
  presetStep('quick', 16),
  presetStep('laptop', 8),
  trainingStep('window15', WINDOW15, 8, 32),
  presetStep('paper', 2),
  plain('dncnn', 'DnCNN, 17 convolutions of 64 channels', DNCNN_S_CONFIG),
  plain('srcnn', 'SRCNN 9-5-5, 64 and 32 channels, the border repeated', SRCNN_CONFIG),
  plain('vdsr', 'VDSR, 20 convolutions of 64 channels', VDSR_CONFIG),
  restore('laptop', 'laptop'),
  restore('whole', 'paper', { once: true }),
  restoreWindows(),
];
