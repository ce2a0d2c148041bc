import { bm3d, fromOpponentImages, opponentSigmas, toOpponentImages } from '@nlrn/classic';
import {
  backendOptions,
  type Command,
  checkRemovesNoise,
  defaultWeights,
  namesFrom,
  text,
  UserError,
  userPath,
  withBackend,
} from '@nlrn/cli';
import { type Dataset, type Image, type NamedImage, noisyVersion, psnr, toUint8Range } from '@nlrn/data';
import { loadFolder } from '@nlrn/data/node';
import { loadWeights } from '@nlrn/networks';
import { createRestorer, noiseLevel, type Restorer } from '@nlrn/nn';
import type { InferredOptionTypes, Options } from 'yargs';
import { NOISE_SEED } from './lib/noise.ts';

const colourOptions = {
  on: { ...text('Folders of colour PNG images, separated by commas'), demandOption: true },
  sigmas: { ...text('Levels of the noise, 0-255 scale, separated by commas'), default: '15,25,50' },
  weights: text('A network; without it, the best one of this package for each level'),
  ...backendOptions,
} as const satisfies Record<string, Options>;

type Arguments = InferredOptionTypes<typeof colourOptions>;

export const colourCommand: Command<Arguments> = {
  command: 'colour',
  describe: 'Compare ways to restore colours with a network for grey images: a table in Markdown',
  options: colourOptions,
  builder: (yargs) => yargs.example('$0 colour --on set5,set14', ''),
  handler: compareColours,
};

/** The ways that are compared, and what each makes of a noisy image. */
const WAYS = ['each channel', 'opponent colours', "luminance, and BM3D's colours", 'BM3D'] as const;

type Results = Readonly<Record<'noisy' | (typeof WAYS)[number], number>>;

async function compareColours(args: Arguments): Promise<void> {
  const folders = namesFrom('--on', args.on).map(coloursOf);
  const sigmas = namesFrom('--sigmas', args.sigmas).map(Number);
  if (!sigmas.every((sigma) => sigma > 0 && noiseLevel.safeParse(sigma).success))
    throw new UserError(`--sigmas ${args.sigmas}: needs numbers above 0, 255 at the most`);
  const networks = sigmas.map((sigma) => networkFor(sigma, args.weights));
  await withBackend(args, async (backend) => {
    console.log(
      `| images | sigma | network | noisy | ${WAYS.join(' | ')} |\n|---|---|---|---|${WAYS.map(() => '---|').join('')}`,
    );
    for (const { name, images } of folders) {
      for (const { sigma, path, network, noise } of networks) {
        const restore = createRestorer(network, backend, { trained: noise });
        const results: Results[] = [];
        for (const item of images) results.push(await compared(item, sigma, restore, args.threads));
        restore.dispose();
        console.log(row([`${name} (${images.length})`, `${sigma}`, nameOf(path)], results));
      }
    }
  });
}

/** The colour images of a folder. Throws UserError if there is none. */
function coloursOf(folder: string): Pick<Dataset, 'name' | 'images'> {
  const { name, images } = loadFolder(userPath(folder), { grey: false });
  const colours = images.filter(({ image }) => image.channels === 3);
  if (colours.length > 0) return { name, images: colours };
  throw new UserError(`--on ${folder}: has no colour image; name a folder of colour PNG images`);
}

/** The network for a level of noise: the given weights, else the best of this package. */
function networkFor(sigma: number, weights: string | undefined) {
  const path = weights === undefined ? defaultWeights(opponentSigmas(3, sigma)[0]!) : userPath(weights);
  const loaded = loadWeights(path);
  checkRemovesNoise(path, loaded);
  return { sigma, path, network: loaded.network, noise: loaded.noise };
}

const nameOf = (path: string) => path.replace(/^.*[/\\]/, '').replace(/\.safetensors$/, '');

function row(heads: readonly string[], results: readonly Results[]): string {
  const mean = (way: keyof Results) => results.reduce((sum, each) => sum + each[way], 0) / results.length;
  return `| ${[...heads, ...(['noisy', ...WAYS] as const).map((way) => mean(way).toFixed(2))].join(' | ')} |`;
}

/** PSNR over all three channels, in dB. */
async function compared(
  item: NamedImage,
  sigma: number,
  restore: Restorer,
  threads: number | undefined,
): Promise<Results> {
  const noisy = noisyVersion(item, sigma, NOISE_SEED);
  const decibels = (image: Image) => psnr(toUint8Range(item.image), toUint8Range(image));
  const each = await restore(noisy, { sigma });
  const levels = opponentSigmas(3, sigma);
  const opponent: Image[] = [];
  for (const [k, channel] of toOpponentImages(noisy).entries())
    opponent.push(await restore(channel, { sigma: levels[k]! }));
  const classic = await bm3d(noisy, { sigma, threads });
  const [, ...colors] = toOpponentImages(classic);
  return {
    noisy: decibels(noisy),
    'each channel': decibels(each),
    'opponent colours': decibels(fromOpponentImages(opponent)),
    "luminance, and BM3D's colours": decibels(fromOpponentImages([opponent[0]!, ...colors])),
    BM3D: decibels(classic),
  };
}
