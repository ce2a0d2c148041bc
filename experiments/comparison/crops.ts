import { dirname, join } from 'node:path';
import type { Image } from '@nlrn/data';
import { writePng } from '@nlrn/data/node';
import { makeFolder } from '@nlrn/files';
import { CROPS } from '../lib/samples.ts';
import { type AtLevel, levelMark } from './axis.ts';
import type { Opened } from './open.ts';
import type { Restoration } from './restoration.ts';
import { picturesBegin } from './restorationFiles.ts';

/** Generated images, which anybody may have: edges, and what is not regular. */
const SHOWN = CROPS.filter(({ name }) => /^(facade|mixed)/.test(name));

/** Restores the crops at the level of a run, writes noisy, restored and true ones, and says where. */
export async function writeCrops(
  run: string,
  at: AtLevel,
  { trialOf }: Opened,
): Promise<Restoration['crops']> {
  const folder = dirname(dirname(run));
  makeFolder(join(folder, 'crops'));
  const write = (path: string, image: Image) => {
    writePng(join(folder, path), image);
    return path;
  };
  const mark = levelMark(at);
  const crops: Restoration['crops'] = [];
  for (const sample of SHOWN) {
    const { name, image } = sample;
    const { truth, noisy, restore } = trialOf(sample);
    crops.push({
      image: name,
      ...(noisy && { noisy: write(`crops/noisy.${mark}.${name}`, noisy) }),
      restored: write(`${picturesBegin(run)}${name}`, await restore(() => {})),
      truth: write(truth === image ? `crops/truth.${name}` : `crops/truth.${mark}.${name}`, truth),
    });
  }
  return crops;
}
