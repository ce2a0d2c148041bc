import { join } from 'node:path';
import type { Image } from '@nlrn/data';
import { writePng } from '@nlrn/data/node';
import { makeFolder } from '@nlrn/files';
import { CROPS } from '../lib/samples.ts';
import { type AtLevel, levelMark } from './axis.ts';
import type { Opened } from './open.ts';
import type { Restoration } from './restoration.ts';

/** Generated images, which anybody may have: edges, and what is not regular. */
const SHOWN = CROPS.filter(({ name }) => /^(facade|mixed)/.test(name));

/** Restores the crops at a level, writes noisy, restored and true ones, and says where. */
export async function writeCrops(
  folder: string,
  { method, ...at }: Pick<Restoration, 'method'> & AtLevel,
  { trialOf }: Opened,
): Promise<Restoration['crops']> {
  makeFolder(join(folder, 'crops'));
  const write = (name: string, image: Image) => {
    writePng(join(folder, 'crops', name), image);
    return `crops/${name}`;
  };
  const mark = levelMark(at);
  const crops: Restoration['crops'] = [];
  for (const sample of SHOWN) {
    const { name, image } = sample;
    const { truth, noisy, restore } = trialOf(sample);
    crops.push({
      image: name,
      ...(noisy && { noisy: write(`noisy.${mark}.${name}`, noisy) }),
      restored: write(`${method}.${mark}.${name}`, await restore(() => {})),
      truth: write(truth === image ? `truth.${name}` : `truth.${mark}.${name}`, truth),
    });
  }
  return crops;
}
