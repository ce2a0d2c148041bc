import { join } from 'node:path';
import { bm3d } from '@nlrn/classic';
import {
  backendOptions,
  type Command,
  checkRemovesNoise,
  defaultWeights,
  modelOf,
  text,
  userPath,
  withBackend,
} from '@nlrn/cli';
import {
  createImage,
  generateImage,
  type Image,
  mapPixels,
  noisyVersion,
  pasteImage,
  psnr,
  toUint8Range,
} from '@nlrn/data';
import { writePng } from '@nlrn/data/node';
import { makeFolder } from '@nlrn/files';
import { loadWeights } from '@nlrn/networks';
import { restoreImage } from '@nlrn/nn';
import type { InferredOptionTypes, Options } from 'yargs';
import { NOISE_SEED } from './lib/noise.ts';
import { RESULTS } from './lib/results.ts';

const showcaseOptions = {
  weights: text('A network; without it, the best one of this package'),
  out: text('Folder of the picture; results/ of this repository without it'),
  ...backendOptions,
} as const satisfies Record<string, Options>;

type Arguments = InferredOptionTypes<typeof showcaseOptions>;

export const showcaseCommand: Command<Arguments> = {
  command: 'showcase',
  describe: "Draw README's picture: a generated image with noise, restored by BM3D and by the best network",
  options: showcaseOptions,
  builder: (yargs) => yargs.example('$0 showcase', ''),
  handler: showcase,
};

/** Of the noise that is added, 0-255 scale. */
const SIGMA = 25;

/** A picture of the size that fits a page three times side by side. */
const PICTURE = { width: 236, height: 200, seed: 7 };

async function showcase(args: Arguments): Promise<void> {
  const truth = generateImage('mixed', PICTURE);
  const noisy = noisyVersion({ name: 'showcase', image: truth }, SIGMA, NOISE_SEED);
  const path = args.weights === undefined ? defaultWeights(SIGMA) : userPath(args.weights);
  const loaded = loadWeights(path);
  checkRemovesNoise(path, loaded);
  const { network, noise } = loaded;
  const classic = await bm3d(noisy, { sigma: SIGMA, threads: args.threads });
  const restored = await withBackend(args, (backend) =>
    restoreImage(network, backend, noisy, { sigma: SIGMA, trained: noise }),
  );
  const decibels = (image: Image) => `${psnr(truth, toUint8Range(image)).toFixed(2)} dB`;
  const folder = join(args.out === undefined ? RESULTS : userPath(args.out), 'showcase');
  makeFolder(folder);
  const file = join(folder, 'showcase.png');
  writePng(file, sideBySide([noisy, classic, restored]));
  console.log(
    `noise of sigma ${SIGMA}, ${decibels(noisy)}; BM3D, ${decibels(classic)}; ${modelOf(path).name}, ${decibels(restored)}\nwrote ${file}`,
  );
}

/** White pixels between two images. */
const GAP = 6;

/** Grey images of one size in a row, on white. */
export function sideBySide(images: readonly Image[]): Image {
  const { width, height } = images[0]!;
  const row = mapPixels(createImage(images.length * (width + GAP) - GAP, height), () => 1);
  for (const [i, image] of images.entries()) pasteImage(image, row, { x: i * (width + GAP), y: 0 });
  return row;
}
