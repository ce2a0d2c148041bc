import { type Feeds, referenceBackend, type Tensor } from '../src/index.ts';

/** The elements of tensors, computed in float64 by the reference backend. */
export async function evaluate<const T extends readonly Tensor[]>(tensors: T, feeds: Feeds = {}) {
  const outputs = Object.fromEntries(tensors.map((tensor, i) => [`${i}`, tensor]));
  const values = await referenceBackend().compile({ outputs }).run(feeds);
  return tensors.map((_, i) => [...values[`${i}`]!]) as { readonly [I in keyof T]: number[] };
}
