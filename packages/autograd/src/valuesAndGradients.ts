import type { Feeds, Tensor } from '@nlrn/tensor';
import { evaluate } from './evaluate.ts';
import { formatData } from './formatData.ts';
import { ancestors, grad } from './grad.ts';
import { zip } from './zip.ts';

/** Elements that are shown of a tensor: more would make the boxes of a picture wide. */
const MOST = 3;

/**
 * Of a loss and of everything that it is made of: the value and the gradient of the loss in it, in float64, as notes for a
 * picture.
 *
 *   toMermaid(loss, { notes: await valuesAndGradients(loss, { x: [2] }) })      // x, value 2, gradient 12
 *
 * `feeds` are the inputs' values; variables have their initial ones. Throws as `grad` and `run` do.
 */
export async function valuesAndGradients(loss: Tensor, feeds: Feeds = {}): Promise<Map<Tensor, string>> {
  const tensors = ancestors([loss]);
  const pairs = zip(tensors, grad(loss, tensors));
  const values = await evaluate(pairs.flat(), feeds);
  const text = (tensor: Tensor) => formatData(values.get(tensor)!, tensor.shape.length, MOST);
  return new Map(pairs.map(([x, g]) => [x, `value ${text(x)}\ngradient ${text(g)}`]));
}
