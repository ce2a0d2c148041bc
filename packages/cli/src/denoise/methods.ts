import {
  bestMethod,
  bm3dAround,
  CLASSIC,
  type ClassicMethod,
  type ClassicName,
  isLarge,
  megapixels,
  opponentSigmas,
} from '@nlrn/classic';
import { formatSigma, type Image, type OnProgress } from '@nlrn/data';
import { betterThanBm3d, describeTrainedNoise, loadWeights } from '@nlrn/networks';
import { createRestorer, type Restorer } from '@nlrn/nn';
import type { Backend } from '@nlrn/tensor';
import { backendOptions, openChosen } from '../backendOptions.ts';
import { type Choice, openBackend } from '../backends.ts';
import { checkMethodNetwork } from '../models/checkMethodNetwork.ts';
import { defaultWeights, installedModels, type Model, modelOf } from '../models/installed.ts';
import { PUBLISHED, type PublishedName, publishedModel } from '../models/published.ts';
import { checkRemovesNoise, warnOfOtherNoise } from '../trainedNoise.ts';
import { asSeen, inChannels } from './greyInColour.ts';
import { workingMemory } from './memory.ts';

/** The methods that can be named. */
export const METHODS = [
  ...(Object.keys(CLASSIC) as ClassicName[]),
  'nlrn',
  ...(Object.keys(PUBLISHED) as PublishedName[]),
] as const;

export type MethodName = (typeof METHODS)[number];

export interface MethodOptions {
  /** Without it, the best one for each picture */
  readonly method?: MethodName | undefined;
  /** A weights file, for networks; without it, the best one for the noise */
  readonly weights?: string | undefined;
  /** Whether a network's result is the mean of eight turns */
  readonly multiView?: boolean | undefined;
  readonly backend: string;
  readonly threads?: number | undefined;
  /** Megabytes that may be taken in all */
  readonly memory?: number | undefined;
}

/** A method for a picture, and what it is, for messages. */
export interface Method {
  readonly describe: string;
  /** What there is to say before the work, which takes long */
  readonly warning?: string | undefined;
  denoise(onProgress: OnProgress): Promise<Image>;
}

/**
 * Finds the method for a picture with noise of a deviation above 0, 0-255 scale; so many `copies` of it are in memory beside it and
 * its result.
 */
export type MethodFor = (image: Image, sigma: number, copies?: number) => Promise<Method>;

/** Opens what methods need, when they need it, for the length of some work. */
export async function withMethods<T>(
  options: MethodOptions,
  work: (methodFor: MethodFor) => Promise<T>,
): Promise<T> {
  const network = new NetworkInUse(options);
  const models = installedModels();
  const named = options.weights === undefined ? undefined : modelOf(options.weights);
  if (named) checkRemovesNoise(named.path, named);
  if (named) checkMethodNetwork(options.method, named);
  const find = async (image: Image, sigma: number): Promise<Found> => {
    const { method = named && 'nlrn', threads } = options;
    const level = opponentSigmas(image.channels, sigma)[0]!;
    if (method === 'nlrn')
      return network.method(named ?? modelOf(defaultWeights(level, models)), image, sigma);
    if (isPublished(method)) return network.method(named ?? publishedModel(method, level), image, sigma);
    if (method !== undefined) return classicMethod(CLASSIC[method], image, sigma, threads);
    const best = bestMethod(image, sigma, (luminance) => betterThanBm3d(models, luminance));
    if (typeof best !== 'string') return network.method(best, image, sigma);
    const warning = isLarge(image) ? estimate(image) : undefined;
    return { ...classicMethod(CLASSIC[best], image, sigma, threads), warning };
  };
  try {
    return await work(async (image, sigma, copies = 0) => {
      const seen = asSeen(image);
      const { beside, restore, ...found } = await find(seen, sigma);
      if (beside === 0)
        for (const option of givenForNetworks(options))
          process.stderr.write(`${option}: not used by ${found.describe}; --method nlrn takes a network\n`);
      const memory = workingMemory(image, COPIES + copies + beside / image.channels, options.memory);
      const denoise = async (onProgress: OnProgress) => {
        if (beside === 0) await network.giveBack();
        return inChannels(await restore(memory, onProgress), image.channels);
      };
      return { ...found, denoise };
    });
  } finally {
    await network.close();
  }
}

/** The options that are given and that a network alone makes use of. */
function givenForNetworks({ multiView, backend }: MethodOptions): string[] {
  return [
    ...(multiView ? ['--multi-view'] : []),
    ...(backend === backendOptions.backend.default ? [] : [`--backend ${backend}`]),
  ];
}

function isPublished(method: MethodName | undefined): method is PublishedName {
  return method !== undefined && Object.hasOwn(PUBLISHED, method);
}

/** A method for a picture as it sees it, in memory that is yet to be given. */
interface Found extends Omit<Method, 'denoise'> {
  /** How many images of one channel are there beside it and its result, while a network works on it */
  readonly beside: number;
  restore(memory: number, onProgress: OnProgress): Promise<Image>;
}

/** Copies of an image that are there while a method works on it: it, and its result. */
const COPIES = 2;

function classicMethod(
  { describe, run }: ClassicMethod,
  image: Image,
  sigma: number,
  threads: number | undefined,
): Found {
  const restore: Found['restore'] = (memory, onProgress) =>
    run(image, { sigma, threads, memory, onProgress });
  return { describe, beside: 0, restore };
}

/** What a large picture takes, and what a better method would. */
function estimate(image: Image): string {
  const seconds = (name: 'bm3d' | 'bm3d-fast') =>
    Math.ceil((megapixels(image) * CLASSIC[name].seconds[image.channels]) / 10) * 10;
  return (
    `${megapixels(image).toFixed(1)} megapixels: with fast BM3D, some ${seconds('bm3d-fast')} core-seconds; ` +
    `--method bm3d is better and takes some ${seconds('bm3d')}`
  );
}

/** Images of one channel beside a network: one, with other contrast, turned, and restored. */
const BESIDE = 4;

/** The network that was used last, and the backend of all. */
class NetworkInUse {
  readonly #options: MethodOptions;
  #used: { readonly path: string; readonly restorer: Restorer } | undefined;
  #choice: Choice | undefined;
  #backend: Backend | undefined;

  constructor(options: MethodOptions) {
    this.#options = options;
  }

  async method({ path, noise, name }: Model, image: Image, sigma: number): Promise<Found> {
    // Opened now, so that what is wrong with it is told before the work.
    await this.#restorer(path);
    const level = opponentSigmas(image.channels, sigma)[0]!;
    const what = image.channels === 1 ? 'noise of sigma' : 'noise of the luminance, sigma';
    const { method, weights } = this.#options;
    // Those that are chosen by their figures are the best that there are.
    if (method !== undefined || weights !== undefined)
      warnOfOtherNoise(what, Number(formatSigma(level)), noise);
    return {
      describe: `${name}, ${describeTrainedNoise(noise)}`,
      beside: BESIDE,
      restore: (memory, onProgress) => {
        const restoreGrey: Parameters<typeof bm3dAround>[0] = async (grey, given) => {
          const restorer = await this.#restorer(path);
          const restored = await restorer(grey, { ...given, memory });
          if (image.channels !== 1) await this.giveBack();
          return restored;
        };
        const { threads } = this.#options;
        return bm3dAround(restoreGrey, image, { sigma, threads, memory, onProgress });
      },
    };
  }

  /** Gives back what a network has taken: other work, which begins now, may take as much. */
  async giveBack(): Promise<void> {
    this.#used?.restorer.dispose();
    // What its largest program has taken a wasm backend keeps as long as it is there.
    if (this.#choice?.name === 'wasm') await this.close();
  }

  async close(): Promise<void> {
    this.#used?.restorer.dispose();
    this.#used = undefined;
    await this.#backend?.dispose();
    this.#backend = undefined;
  }

  async #restorer(path: string): Promise<Restorer> {
    if (this.#used?.path === path) return this.#used.restorer;
    this.#used?.restorer.dispose();
    const { network, noise } = loadWeights(path);
    const { multiView } = this.#options;
    const restorer = createRestorer(network, await this.#open(), { trained: noise, multiView });
    this.#used = { path, restorer };
    return restorer;
  }

  /** The backend, which is opened, of the same choice, when it is needed again. */
  async #open(): Promise<Backend> {
    if (this.#choice) this.#backend ??= await openBackend(this.#choice);
    else ({ choice: this.#choice, backend: this.#backend } = await openChosen(this.#options));
    return this.#backend;
  }
}
