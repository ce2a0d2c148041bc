import { createImage, generatedDataset } from '@nlrn/data';
import { type Backend, referenceBackend } from '@nlrn/tensor';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { evaluate } from '../src/evaluate.ts';
import { createRestorer, restoreImage } from '../src/restore.ts';
import { train } from '../src/train.ts';
import { TINY_IMAGES, TINY_RUN, tinyNetwork } from './tiny.ts';

/** A backend that counts its programs: those that it has compiled, and those of them that are not disposed of. */
function counted() {
  const backend = referenceBackend();
  const programs = { compiled: 0, alive: 0 };
  const counting: Backend = {
    ...backend,
    compile(graph) {
      const executable = backend.compile(graph);
      programs.compiled++;
      programs.alive++;
      return {
        program: executable.program,
        run: (feeds) => executable.run(feeds),
        dispose() {
          programs.alive--;
          executable.dispose();
        },
      };
    },
  };
  return { backend: counting, programs };
}

const network = tinyNetwork();
const images = [4, 5, 6, 7, 8, 9].map((side) => createImage(side, side));

test('a restorer keeps four programs, and none when it is disposed of', async () => {
  const { backend, programs } = counted();
  const restore = createRestorer(network, backend);
  for (const image of images) await restore(image);
  assert.ok(programs.compiled >= 6);
  assert.is(programs.alive, 4);
  await restore(images[0]!);
  assert.is(programs.alive, 4);
  restore.dispose();
  assert.is(programs.alive, 0);
});

test('restoring an image, and an attempt that fails, leave no program', async () => {
  const { backend, programs } = counted();
  await restoreImage(network, backend, images[0]!);
  const failing: Backend = {
    ...backend,
    compile: (graph) => ({
      ...backend.compile(graph),
      run: async () => {
        throw new Error('no more');
      },
    }),
  };
  const message = await restoreImage(network, failing, images[0]!).catch((error: Error) => error.message);
  assert.is(message, 'no more');
  assert.is(programs.alive, 0);
});

test('evaluation and training leave no program', async () => {
  const { backend, programs } = counted();
  const dataset = generatedDataset('programs', { count: 2, size: 16 });
  await evaluate({ network, backend, dataset, sigma: 25 });
  assert.ok(programs.compiled > 0);
  assert.is(programs.alive, 0);
  await train(tinyNetwork(), TINY_IMAGES, { config: TINY_RUN, backend });
  assert.is(programs.alive, 0);
});

test.run();
