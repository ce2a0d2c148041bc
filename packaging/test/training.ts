/** Trains a small NLRN: the same program in Node and in a page. */
import { generatedDataset } from '@nlrn/data';
import { createNlrn, PRESETS } from '@nlrn/nlrn';
import { train, weightsOfSeed } from '@nlrn/nn';
import type { Backend } from '@nlrn/tensor';

/** The losses of the first steps of 50; disposes of the backend. */
export async function trainNlrn(backend: Backend, steps = 50): Promise<readonly number[]> {
  const config = {
    ...PRESETS.quick,
    network: { ...PRESETS.quick.network, channels: 8, embedding: 4 },
    steps: 50,
    settling: 0,
    batch: 4,
  };
  const network = createNlrn(config.network, weightsOfSeed(config.seed));
  const dataset = generatedDataset('pictures', { count: 2, size: 48 });
  const enough = new AbortController();
  const onStep = ({ step }: { readonly step: number }) => {
    if (step === steps) enough.abort();
  };
  const { losses } = await train(network, dataset, { config, backend, onStep, signal: enough.signal });
  await backend.dispose();
  return losses;
}
