import { join } from 'node:path';
import { type Image, noisyVersion } from '@nlrn/data';
import { writePng } from '@nlrn/data/node';
import { makeFolder } from '@nlrn/files';
import { CROPS } from '../lib/samples.ts';
import type { Opened } from './methods.ts';
import type { Restoration } from './restoration.ts';

/** Generated images, which anybody may have: edges, and what is not regular. */
const SHOWN = CROPS.filter(({ name }) => /^(facade|mixed)/.test(name));

/** The noise of the crops is the same for all methods. */
const NOISE_SEED = 0;

/** Restores the crops at a level, writes noisy, restored and true ones, and says where. */
export async function writeCrops(
  folder: string,
  { method, sigma }: Pick<Restoration, 'method' | 'sigma'>,
  { restore }: Opened,
): Promise<Restoration['crops']> {
  makeFolder(join(folder, 'crops'));
  const write = (name: string, image: Image) => {
    writePng(join(folder, 'crops', name), image);
    return `crops/${name}`;
  };
  const crops: Restoration['crops'] = [];
  for (const sample of SHOWN) {
    const noisy = noisyVersion(sample, sigma, NOISE_SEED);
    crops.push({
      image: sample.name,
      noisy: write(`noisy.s${sigma}.${sample.name}`, noisy),
      restored: write(`${method}.s${sigma}.${sample.name}`, await restore(noisy, () => {})),
      truth: write(`truth.${sample.name}`, sample.image),
    });
  }
  return crops;
}
