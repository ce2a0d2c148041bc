import { nameOf } from '../names.ts';
import type { Tensor } from '../tensor.ts';
import { reachable } from './sharing.ts';

/**
 * What some tensors are made of, by the names that they were given (`named`): to look at what a network computes on its way.
 *
 * Of several tensors of one name it is the first that was made.
 */
export function namedTensors(roots: readonly Tensor[]): Map<string, Tensor> {
  const found = new Map<string, Tensor>();
  for (const tensor of reachable(roots)) {
    const name = nameOf(tensor);
    if (name !== undefined && !found.has(name)) found.set(name, tensor);
  }
  return found;
}
