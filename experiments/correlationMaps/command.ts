import { basename, join } from 'node:path';
import {
  backendOptions,
  type Command,
  checkOptions,
  checkRemovesNoise,
  defaultWeights,
  describeMachine,
  liveLine,
  namesFrom,
  number,
  repeatCommand,
  text,
  UserError,
  userPath,
  withBackend,
} from '@nlrn/cli';
import { type Dataset, dimensionsOf, generatedDataset, type Image } from '@nlrn/data';
import { loadFolder, writePng } from '@nlrn/data/node';
import { makeFolder } from '@nlrn/files';
import { hashWeights, loadWeights } from '@nlrn/networks';
import type { NlrnConfig, Pixel } from '@nlrn/nlrn';
import { type Network, noiseLevel, type TrainedNoise } from '@nlrn/nn';
import type { Backend } from '@nlrn/tensor';
import type { InferredOptionTypes, Options } from 'yargs';
import * as z from 'zod';
import { datasetFacts } from '../lib/data.ts';
import { writeJson, writeText } from '../lib/jsonFiles.ts';
import { RESULTS } from '../lib/results.ts';
import { pngAddress } from '../page/differenceImage.ts';
import { drawShares, SHARES_HEADING } from './drawShares.ts';
import { LIKE, type Likeness, likenessOf, marginOf, mostVaried } from './likeness.ts';
import { mapsPage } from './page.ts';
import {
  type CorrelationMaps,
  correlationMapsSchema,
  formatMapsCsv,
  MAPS_FOLDER,
  tableOf,
} from './results.ts';
import { drawSheet, picturesOf, sheetOf } from './sheet.ts';
import { inImage, inPart, type Look, look, MOST_SIDE, meanShares, type Part, partsOf } from './study.ts';

const correlationMapsOptions = {
  weights: text('Trained weights of an NLRN, several separated by commas; without it, the default ones'),
  on: text(
    `Folder of PNG images, of which the middle ${MOST_SIDE} x ${MOST_SIDE} pixels are looked at; generated ones without it`,
  ),
  at: text(
    'The pixel, such as 40,52 from the left and the top of the image; without it, where each varies most',
  ),
  sigma: { ...number('Standard deviation of the noise, 0-255 scale'), default: 25 },
  out: text('Folder of the results; results/ of this repository without it'),
  ...backendOptions,
} as const satisfies Record<string, Options>;

type Arguments = InferredOptionTypes<typeof correlationMapsOptions>;

/** Images of the generator, one of each kind, that are neither trained nor tested on. */
const GENERATED = { count: 6, size: 96 };

/** Where their results are, in the place of a folder's name. */
const OF_GENERATED = 'generated';

export const correlationMapsCommand: Command<Arguments> = {
  command: 'correlation-maps',
  describe: 'Figure 4: what a trained network looks at, state by state',
  options: correlationMapsOptions,
  builder: (yargs) =>
    yargs
      .example('$0 correlation-maps', 'the default weights, on generated images')
      .example(
        '$0 correlation-maps --weights a.safetensors,b.safetensors --on set12',
        'two networks side by side',
      ),
  handler: correlationMaps,
};

/** A network that is looked at. */
interface Subject {
  readonly name: string;
  readonly hash: string;
  readonly network: Network;
  readonly trained: TrainedNoise | undefined;
  readonly config: NlrnConfig & { readonly neighborhood: number };
}

async function correlationMaps(args: Arguments): Promise<void> {
  checkOptions(z.object({ sigma: noiseLevel }), args);
  const files =
    args.weights === undefined
      ? [defaultWeights(args.sigma)]
      : namesFrom('--weights', args.weights).map(userPath);
  checkNames(files);
  const dataset = datasetFrom(args.on);
  const parts = partsOf(dataset);
  const subjects = files.map(subjectOf);
  for (const subject of subjects) checkSizes(subject, parts);
  const at = args.at === undefined ? undefined : pixelFrom(args.at);
  const out = join(
    args.out === undefined ? RESULTS : userPath(args.out),
    MAPS_FOLDER,
    dataset.source === 'generated' ? OF_GENERATED : dataset.name,
  );
  makeFolder(out);
  await withBackend(args, async (backend) => {
    const all: { subject: Subject; looks: Look[] }[] = [];
    for (const subject of subjects)
      all.push({ subject, looks: await looksOf(subject, parts, at, args.sigma, backend) });
    const environment = {
      command: repeatCommand('pnpm exp', []),
      ...describeMachine(),
      backend: backend.description,
    };
    const maps = resultsOf(all, dataset, args.sigma, environment);
    write(out, maps, all);
    console.log(tableOf(maps));
    console.log(`wrote ${out}`);
  });
}

/** The images of `--on`. Throws UserError for a folder of the name that the results on generated images have. */
function datasetFrom(on: string | undefined): Dataset {
  if (on === undefined) return generatedDataset('correlation maps', GENERATED);
  const dataset = loadFolder(userPath(on));
  if (dataset.name !== OF_GENERATED) return dataset;
  throw new UserError(
    `--on ${on}: the results on generated images are in a folder of this name; rename the folder`,
  );
}

const nameOf = (path: string) => basename(path, '.safetensors');

/** Throws UserError for two files of one name, which their pictures would share. */
function checkNames(files: readonly string[]): void {
  for (const [name, [first, second]] of Map.groupBy(files, nameOf)) {
    if (second === undefined) continue;
    throw new UserError(
      `--weights ${first},${second}: two files are called ${name}; rename one, or give it alone`,
    );
  }
}

function subjectOf(path: string): Subject {
  const loaded = loadWeights(path);
  checkRemovesNoise(path, loaded);
  const { network, config, noise } = loaded;
  if (config.network !== 'nlrn' || config.module !== 'nonLocal')
    throw new UserError(`--weights ${path}: has no non-local module; name weights of an NLRN that has one`);
  if (/dotProduct/i.test(config.metric))
    throw new UserError(`--weights ${path}: its metric, ${config.metric}, has no softmax; name others`);
  const { neighborhood } = config;
  if (neighborhood === 'image')
    throw new UserError(
      `--weights ${path}: its neighbourhood is the whole image; name weights with a smaller one`,
    );
  const own = { ...config, neighborhood };
  return { name: nameOf(path), hash: hashWeights(path), network, trained: noise, config: own };
}

function checkSizes({ name, config }: Subject, parts: readonly Part[]): void {
  for (const { name: image, image: part } of parts) {
    if (Math.min(part.width, part.height) <= 2 * marginOf(config.neighborhood))
      throw new UserError(
        `${image}: ${dimensionsOf(part)} pixels are too few for the neighbourhood of ${name}, ${config.neighborhood} x ${config.neighborhood}; leave it out`,
      );
  }
}

function pixelFrom(given: string): Pixel {
  const [, x, y] = /^(\d+),(\d+)$/.exec(given) ?? [];
  if (x !== undefined && y !== undefined) return { x: Number(x), y: Number(y) };
  throw new UserError(`--at ${given}: two whole numbers are wanted, such as 40,52`);
}

async function looksOf(
  { name, network, trained, config }: Subject,
  parts: readonly Part[],
  at: Pixel | undefined,
  sigma: number,
  backend: Backend,
): Promise<Look[]> {
  const line = liveLine();
  const looks: Look[] = [];
  for (const variable of [...network.params, ...network.statistics])
    backend.write(variable, variable.initial);
  try {
    for (const [i, part] of parts.entries()) {
      line.show([`${name}: image ${i + 1}/${parts.length}`, part.name]);
      const likeness = likenessOf(part.image, config.neighborhood);
      const pixel = at ? inPart(at, part) : chosenPixel(part.image, likeness);
      checkPixel(pixel, part, config.neighborhood);
      looks.push(await look(part, pixel, { network, trained, likeness, sigma, backend }));
    }
  } finally {
    line.clear();
  }
  return looks;
}

function chosenPixel(image: Image, likeness: Likeness): Pixel {
  const i = mostVaried(image, likeness)!;
  return { x: i % image.width, y: Math.floor(i / image.width) };
}

function checkPixel(pixel: Pixel, part: Part, q: number): void {
  const r = (q - 1) / 2;
  const { name, image, corner } = part;
  const { x, y } = pixel;
  if (Math.min(x, y, image.width - 1 - x, image.height - 1 - y) >= r) return;
  throw new UserError(
    `--at ${corner.x + x},${corner.y + y}: its ${q} x ${q} neighbourhood does not lie in what is looked at of ${name}, ` +
      `${dimensionsOf(image)} pixels from ${corner.x},${corner.y} on; name another pixel, or leave it out`,
  );
}

function resultsOf(
  all: readonly { subject: Subject; looks: readonly Look[] }[],
  dataset: Dataset,
  sigma: number,
  environment: CorrelationMaps['environment'],
): CorrelationMaps {
  return {
    sigma,
    images: datasetFacts(dataset),
    like: LIKE,
    networks: all.map(({ subject, looks }) => ({
      name: subject.name,
      weights: subject.hash,
      states: subject.config.states,
      neighborhood: subject.config.neighborhood,
      propagation: subject.config.propagation,
      shares: meanShares(looks),
      byImage: looks.map(({ part, pixel, states }) => ({
        image: part.name,
        pixel: inImage(pixel, part),
        shares: states.map(({ state, share }) => ({ state, share })),
      })),
    })),
    environment,
  };
}

function write(
  out: string,
  maps: CorrelationMaps,
  all: readonly { subject: Subject; looks: readonly Look[] }[],
): void {
  const sheets = all.map(({ subject: { name }, looks }) => {
    const rows = looks.map(({ part, noisy, pixel, states }) => {
      const { x, y } = inImage(pixel, part);
      return {
        label: `${part.name.replace(/\.png$/, '')} ${x},${y}`,
        pictures: picturesOf({ noisy, truth: part.image, pixel, maps: states.map(({ weights }) => weights) }),
      };
    });
    const headings = ['noisy', 'true', ...looks[0]!.states.map(({ state }) => `state ${state}`)];
    writePng(join(out, `maps.${name}.png`), sheetOf(rows.map(({ pictures }) => pictures)));
    const svg = drawSheet(rows, headings, pngAddress);
    writeText(join(out, `maps.${name}.svg`), svg);
    return { name, svg };
  });
  writeJson(join(out, 'correlation-maps.json'), correlationMapsSchema, maps);
  writeText(join(out, 'correlation-maps.csv'), formatMapsCsv(maps));
  writeText(join(out, 'shares.svg'), drawShares(maps, SHARES_HEADING));
  writeText(join(out, 'index.html'), mapsPage(maps, sheets));
}
