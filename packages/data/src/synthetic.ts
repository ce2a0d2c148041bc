import { Random, seedFrom } from '@nlrn/tensor';
import { DataError } from './dataError.ts';
import { type Dataset, hashImages } from './dataset.ts';
import type { Image, NamedImage } from './image.ts';
import { toUint8Range } from './quantize.ts';
import { facade } from './synthetic/facade.ts';
import { leaves, texturedLeaves } from './synthetic/leaves.ts';
import { lit, type Painter, render, type Size } from './synthetic/picture.ts';
import { bricks, gratings, weave } from './synthetic/textures.ts';

/** The kinds of generated images, in the order in which a data set cycles through them. */
export const KINDS = ['leaves', 'facade', 'gratings', 'bricks', 'weave', 'mixed'] as const;

/** The name of a kind of generated image. */
export type Kind = (typeof KINDS)[number];

const PAINTERS: Readonly<Record<Kind, Painter>> = {
  leaves,
  facade,
  gratings,
  bricks,
  weave,
  mixed: texturedLeaves([gratings, bricks, weave, facade, leaves]),
};

/**
 * Draws a grey image of a kind; the same kind, size and seed give the same image.
 *
 *   [height, width, 1], multiples of 1/255 in [0, 1]
 *
 * Values are rounded to 8 bits, as those of the photographs that it stands for: writing it as a PNG loses nothing.
 */
export function generateImage(kind: Kind, { width, height, seed }: Size & { seed: number | string }): Image {
  const size = { width, height };
  const random = new Random(seedFrom('synthetic', kind, seed));
  const picture = PAINTERS[kind](random, size);
  return toUint8Range(render(lit(random, picture, size), size));
}

/**
 * Generates a data set of square grey images: no file, no download, no licence.
 *
 *   name      a split such as 'train' or 'test': different names never share an image
 *   count     images, cycling through KINDS, named `leaves-00.png`, `facade-01.png`, …
 *   size      side in pixels
 *   seed      another seed gives another data set
 *
 * An image depends on the split, its kind, its number, its size and the seed only, so a larger data set begins
 * with the smaller one. Differs: the paper trains and tests on photographs (BSD, Set12, Urban100); these images
 * are for runs without them, and their PSNR cannot be compared with the paper's.
 * Throws DataError unless there is an image to generate.
 */
export function generatedDataset(
  name: string,
  { count, size, seed = 0 }: { count: number; size: number; seed?: number },
): Dataset {
  if (!(count >= 1)) throw new DataError(`${name}: a data set of ${count} images; give a count of 1 or more`);
  const images = Array.from({ length: count }, (_, i): NamedImage => {
    const kind = KINDS[i % KINDS.length]!;
    const image = generateImage(kind, { width: size, height: size, seed: `${name}/${i}/${seed}` });
    return { name: `${kind}-${String(i).padStart(2, '0')}.png`, image };
  });
  return { name, source: 'generated', images, hash: hashImages(images) };
}
