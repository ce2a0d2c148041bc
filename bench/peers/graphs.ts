import { createNetwork } from '@nlrn/networks';
import { createNlrn, PRESETS } from '@nlrn/nlrn';
import { ADAM_DEFAULTS, createTrainingStep, type Network, weightsOfSeed } from '@nlrn/nn';
import {
  adam,
  add,
  batchNorm,
  batchNormGrad,
  conv2d,
  conv2dFilterGrad,
  conv2dInputGrad,
  type Graph,
  input,
  matmul,
  mul,
  Random,
  relu,
  type Shape,
  sizeOf,
  type Tensor,
  type Variable,
  variable,
  windowedAttention,
  windowedAttentionGrad,
} from '@nlrn/tensor';
import { type ByKind, byKind, type NetworkSize, type Spec, type Specs } from '../lib/spec.ts';

/** A program to be timed, and what it is fed. */
export interface Timed {
  readonly graph: Graph;
  readonly feeds: Readonly<Record<string, Float32Array>>;
}

/** The spec as a graph of this project's tensors. */
export function graphOf(spec: Spec): Timed {
  return byKind(graphs, spec);
}

const random = new Random('bench');
const uniform = () => random.uniform();
const EPSILON = 1e-5;

const graphs: ByKind<Timed> = {
  matmul: ({ M, K, N }) => kept(matmul(filled([M, K]), filled([K, N]))),
  conv2d: (spec) => kept(convolution(spec)),
  attention: (spec) => kept(...attention(spec)),
  batchNorm: (spec) => kept(...normalisation(spec)),
  chain: ({ n }) => kept(relu(add(mul(filled([n]), filled([n])), filled([n])))),
  adam: ({ n }) => adamStep(n),
  step: trainingStep,
  restore: ({ batch, side, ...size }) => restoration(createNlrn(networkOf(size), uniform), batch, side),
  plain: ({ config, side }) => restoration(createNetwork(config, uniform), 1, side),
};

/** A variable of random numbers between -0.5 and 0.5. */
function filled(shape: Shape): Variable {
  return variable('x', shape, numbers(sizeOf(shape), -0.5));
}

function numbers(n: number, least: number): Float32Array {
  return Float32Array.from({ length: n }, () => least + uniform());
}

/** Results stay in variables: reading them back is not what is timed. */
function kept(...results: Tensor[]): Timed {
  const updates = new Map(results.map((result) => [variable('result', result.shape), result]));
  return { graph: { outputs: {}, updates }, feeds: {} };
}

function convolution(spec: Readonly<Specs['conv2d']>): Tensor {
  const { pass, image, K, size, stride = 1, dilation = 1, groups = 1 } = spec;
  const [B, H, W, C] = image;
  const border = (dilation * (size - 1)) / 2;
  const options = { padding: [border, border] as const, stride, dilation, groups };
  const [x, g, w] = [
    image,
    [B, Math.ceil(H / stride), Math.ceil(W / stride), K],
    [size, size, C / groups, K],
  ];
  if (pass === 'forward') return conv2d(filled(x), filled(w), options);
  if (pass === 'input') return conv2dInputGrad(filled(g), filled(w), { ...options, size: [H, W] });
  return conv2dFilterGrad(filled(x), filled(g), { ...options, height: size, width: size });
}

function attention({ pass, image, q, l, m }: Readonly<Specs['attention']>): Tensor[] {
  const params = { q, normalize: 'softmax' } as const;
  const inputs = [filled([...image, l]), filled([...image, l]), filled([...image, m])] as const;
  if (pass === 'forward') return [windowedAttention(...inputs, params).Z];
  const both = pass === 'both' ? windowedAttention(...inputs, params) : undefined;
  const [theta, psi, g] = inputs;
  const { Z, logits, statistics } = both ?? {
    Z: filled([...image, m]),
    logits: filled([...image, q * q]),
    statistics: variable('statistics', [...image, 2], numbers(2 * sizeOf(image), 1)),
  };
  const forward = { theta, psi, g, Z, logits, statistics };
  const { dtheta, dpsi, dg } = windowedAttentionGrad(filled([...image, m]), forward, params);
  return [...(both ? [both.Z] : []), dtheta, dpsi, dg];
}

function normalisation({ pass, image }: Readonly<Specs['batchNorm']>): Tensor[] {
  const params = { epsilon: EPSILON, relu: false };
  const C = image[3];
  const [x, scale, shift] = [filled(image), filled([C]), filled([C])];
  if (pass === 'forward') {
    const { y, mean, variance } = batchNorm(x, scale, shift, params);
    return [y, mean, variance];
  }
  const variance = variable('variance', [C], numbers(C, 0.5));
  const { dx, dscale, dshift } = batchNormGrad(filled(image), x, scale, shift, filled([C]), variance, params);
  return [dx, dscale, dshift];
}

function adamStep(n: number): Timed {
  const [value, gradient] = [filled([n]), filled([n])];
  const [m, v] = [variable('m', [n]), variable('v', [n])];
  const schedule = { rate: input('rate', []), step: input('step', []) };
  const next = adam(value, gradient, { m, v }, schedule, ADAM_DEFAULTS);
  const updates = new Map<Variable, Tensor>([
    [value, next.value],
    [m, next.m],
    [v, next.v],
  ]);
  return { graph: { outputs: {}, updates }, feeds: SCHEDULE };
}

const SCHEDULE = { rate: Float32Array.of(1e-3), step: Float32Array.of(1) };

function trainingStep({ batch, patch, ...size }: Readonly<Specs['step']>): Timed {
  const { clipNorm, seed } = PRESETS.paper;
  const network = createNlrn(networkOf(size), weightsOfSeed(seed));
  const { graph } = createTrainingStep(network, { batch, patch, clipNorm });
  const pixels = batch * patch ** 2;
  return { graph, feeds: { noisy: numbers(pixels, 0), truth: numbers(pixels, 0), ...SCHEDULE } };
}

function restoration(network: Network, batch: number, side: number): Timed {
  const { output } = network.forward(input('noisy', [batch, side, side, 1]), 'infer');
  return { graph: { outputs: { output } }, feeds: { noisy: numbers(batch * side ** 2, 0) } };
}

function networkOf({ channels, embedding, states, neighborhood }: NetworkSize) {
  return { ...PRESETS.paper.network, channels, embedding, states, neighborhood };
}
