import type { Image } from '@nlrn/data';
import { atPixel, correlationsIn, neighbourWeights, type Pixel } from '@nlrn/nlrn';
import type { Network } from '@nlrn/nn';
import { add, type Backend, div, exp, input, max, mul, sub, sum, type Tensor } from '@nlrn/tensor';
import type { Likeness } from './likeness.ts';

/** What a network looks at in one state. */
export interface StateCorrelation {
  /** The state's number, from 1 */
  readonly state: number;
  /** The weights of the chosen pixel's neighbours, q² of them, rows of the window one after the other; they sum to 1 */
  readonly weights: readonly number[];
  /** Of the weight that pixels give to others than themselves, the part that goes to those which look like them: the mean */
  readonly share: number;
}

/** Added to a logit, it takes the weight away. */
const FAR_BELOW = -1e30;

/** What is looked at. */
export interface Scene {
  readonly noisy: Image;
  readonly sigma: number;
  readonly likeness: Likeness;
  readonly pixel: Pixel;
}

/** Runs a network, whose values lie on the backend, on a noisy image and looks at the softmax of each S^t (Figure 4). */
export async function lookInside(
  network: Network,
  backend: Backend,
  scene: Scene,
): Promise<StateCorrelation[]> {
  const { noisy, sigma, likeness, pixel } = scene;
  const { width, height } = noisy;
  const x = input('noisy', [1, height, width, 1]);
  const level = network.takesLevel ? input('level', [1, 1, 1, 1]) : undefined;
  const states = correlationsIn(network.forward(x, 'infer', level).output);
  const places = states[0]!.S.shape[3]!;
  const like = input('like', [1, height, width, places]);
  const notOwn = input('notOwn', [1, 1, 1, places]);
  const outputs = states.flatMap(({ state, S }) => [
    [`share ${state}`, shareOf(S, like, notOwn)] as const,
    [`logits ${state}`, atPixel(S, pixel)] as const,
  ]);
  const program = backend.compile({ outputs: Object.fromEntries(outputs) });
  const own = Array.from({ length: places }, (_, k) => (k === (places - 1) / 2 ? FAR_BELOW : 0));
  const feeds = {
    noisy: noisy.data,
    like: likeness.like,
    notOwn: own,
    ...(level && { level: [sigma / 255] }),
  };
  const results = await program.run(feeds);
  program.dispose();
  return states.map(({ state }) => ({
    state,
    weights: neighbourWeights(results[`logits ${state}`]!),
    share: meanInside(results[`share ${state}`]!, likeness.isInside),
  }));
}

/** `[1, H, W]`: the weight of neighbours that are like a pixel, over that of all but the pixel itself. */
function shareOf(S: Tensor, like: Tensor, notOwn: Tensor): Tensor {
  // Without the pixel itself from the start: beside its own weight those of others may be too small for float32.
  const others = add(S, notOwn);
  const e = exp(sub(others, max(others, { axes: [3], keepDims: true })));
  return div(sum(mul(e, like), { axes: [3] }), sum(e, { axes: [3] }));
}

function meanInside(values: ArrayLike<number>, isInside: readonly boolean[]): number {
  let [total, count] = [0, 0];
  for (const [i, inside] of isInside.entries()) {
    if (!inside) continue;
    total += values[i]!;
    count++;
  }
  return total / count;
}
