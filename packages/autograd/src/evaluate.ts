import { type Data, type Feeds, referenceBackend, type Tensor } from '@nlrn/tensor';
import { zip } from './zip.ts';

/** The values of tensors, in float64, for these values of the inputs; throws if one is missing or not among them. */
export async function evaluate(tensors: Iterable<Tensor>, feeds: Feeds): Promise<Map<Tensor, Data>> {
  const listed = [...new Set(tensors)];
  // Numbers as names keep their order.
  const program = referenceBackend().compile({ outputs: Object.fromEntries(listed.entries()) });
  return new Map(zip(listed, Object.values(await program.run(feeds))));
}
