import { crop, namedTensors, type Tensor } from '@nlrn/tensor';

/** A pixel of an image, from the left and from the top. */
export interface Pixel {
  readonly x: number;
  readonly y: number;
}

/** The correlations S^t of a network's states, in order, found in its output by their names; a state without the module has none. */
export function correlationsIn(output: Tensor): { state: number; S: Tensor }[] {
  return [...namedTensors([output])]
    .map(([name, S]) => ({ state: Number(/^S\^(\d+)$/.exec(name)?.[1] ?? 0), S }))
    .filter(({ state }) => state > 0)
    .sort((a, b) => a.state - b.state);
}

/** What a tensor [1, H, W, C] has at a pixel: [1, 1, 1, C]. */
export function atPixel(x: Tensor, pixel: Pixel): Tensor {
  const [, H, W] = x.shape as [number, number, number, number];
  return crop(x, [
    [0, 0],
    [pixel.y, H - 1 - pixel.y],
    [pixel.x, W - 1 - pixel.x],
    [0, 0],
  ]);
}

/** The weights of a pixel's neighbours, which sum to 1: the softmax of its logits S^t (Eq. 4-6, Figure 4). */
export function neighbourWeights(logits: ArrayLike<number>): number[] {
  const largest = Array.from(logits).reduce((most, logit) => Math.max(most, logit));
  const e = Array.from(logits, (logit) => Math.exp(logit - largest));
  const total = e.reduce((a, b) => a + b);
  return e.map((value) => value / total);
}
