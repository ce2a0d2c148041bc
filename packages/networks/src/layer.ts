import {
  applyConv,
  applyNorm,
  type Conv,
  createNorm,
  type Mode,
  type Norm,
  type Parameters,
  type StatisticUpdates,
} from '@nlrn/nn';
import type { Tensor } from '@nlrn/tensor';

/** A convolution with the batch normalisation, if there is one, and the ReLU before it: conv(ReLU(norm(h))). */
export interface Layer {
  readonly norm: Norm | undefined;
  readonly conv: Conv;
}

/** Makes layers of convolutions that may be shared; the normalisation `<name>.norm` is the layer's own. */
export function createLayer(parameters: Parameters, batchNorm = true): (name: string, conv: Conv) => Layer {
  return (name, conv) => ({
    norm: batchNorm ? createNorm(parameters, `${name}.norm`, conv.weight.shape[2]!) : undefined,
    conv,
  });
}

/** Applies layers within a forward pass. */
export function applyLayer(pass: {
  mode: Mode;
  updates: StatisticUpdates;
}): (h: Tensor, layer: Layer) => Tensor {
  return (h, { norm, conv }) => applyConv(applyNorm(h, norm, { ...pass, relu: true }), conv);
}
