import { type Feeds, type Outputs, type Results, referenceBackend } from '@nlrn/tensor';

/** The values of tensors, in float64: `(await evaluate({ y }, { x: [1, 2] })).y`. For chapters, where one line is to do. */
export function evaluate<const O extends Outputs>(outputs: O, feeds: Feeds = {}): Promise<Results<O>> {
  return referenceBackend().compile({ outputs }).run(feeds);
}
