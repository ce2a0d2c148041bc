import { createNlrn, type NlrnTrainConfig } from '@nlrn/nlrn';
import { train, weightsOfSeed } from '@nlrn/nn';
import { wasmBackend } from '@nlrn/tensor';
import { lessonImages, lessonOf } from '../page/worker/lesson.ts';

/** The losses that the page's training has in Node. */
export async function lossesInNode({
  states,
  steps,
  rate,
}: {
  states: number;
  steps: number;
  rate: number;
}): Promise<readonly number[]> {
  const config: NlrnTrainConfig = {
    ...lessonOf({ states }),
    steps,
    schedule: { kind: 'halved', initial: rate, times: 0 },
  };
  const backend = await wasmBackend({ threads: 1 });
  const network = createNlrn(config.network, weightsOfSeed(config.seed));
  const { losses } = await train(network, lessonImages(), { config, backend });
  await backend.dispose();
  return losses;
}
