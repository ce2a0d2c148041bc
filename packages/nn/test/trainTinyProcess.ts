import { referenceBackend } from '@nlrn/tensor';
import { train } from '../src/train.ts';
import { saveWeights } from '../src/weights.ts';
import { TINY_IMAGES, TINY_RUN, tinyNetwork } from './tiny.ts';

/** A process that trains the tiny network with a checkpoint every three steps: `trainTinyProcess.ts CHECKPOINT OUT`. */
const [path = '', out = ''] = process.argv.slice(2);
const backend = referenceBackend();
const network = tinyNetwork();
await train(network, TINY_IMAGES, {
  config: { ...TINY_RUN, steps: 60 },
  backend,
  checkpoint: { path, every: 3, sources: 'today' },
  onStep: ({ step }) => process.stdout.write(`${step}\n`),
});
await saveWeights(out, { network, config: TINY_RUN.network, backend });
