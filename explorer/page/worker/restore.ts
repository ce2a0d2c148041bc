import { bestMethod, bm3dAround, CLASSIC, type ClassicName } from '@nlrn/classic';
import {
  DataError,
  estimateNoiseLevel,
  type Image,
  type OnProgress,
  type WhyLeft,
  whyLeft,
} from '@nlrn/data';
import { betterThanBm3d } from '@nlrn/networks';
import { createRestorer } from '@nlrn/nn';
import { withBackend } from './backend.ts';
import { loadModel, models } from './models.ts';

/** A picture that is to be restored. */
export interface Restoration {
  readonly noisy: Image;
  /** A method without training, or the name of a model; undefined is the best one, as `pnpm nlrn denoise` chooses it */
  readonly method?: string | undefined;
  /** The noise's deviation, 0-255 scale; estimated if undefined */
  readonly sigma?: number | undefined;
}

export interface Restored {
  readonly restored: Image;
  readonly sigma: number;
  /** What has restored it, or why it is as it was */
  readonly how: string;
  readonly milliseconds: number;
}

/** Bytes that the work on a picture may take: a phone has them, too. */
const MEMORY = 400 * 2 ** 20;

/** Restores a picture, in tiles if it is large. Throws DataError for one that is too small. */
export async function restore(given: Restoration, onProgress: OnProgress): Promise<Restored> {
  const start = performance.now();
  const { noisy, sigma = estimated(noisy) } = given;
  const why = whyLeft(sigma, { isEstimated: given.sigma === undefined });
  if (why) return { restored: noisy, sigma, how: `left as it was: ${LEFT[why]}`, milliseconds: 0 };
  const method = given.method ?? (await best(noisy, sigma));
  const { restored, how } = isClassic(method)
    ? await byClassic(method, noisy, sigma, onProgress)
    : await byNetwork(method, noisy, sigma, onProgress);
  return { restored, sigma, how, milliseconds: performance.now() - start };
}

/** Throws DataError, with the remedy, for a picture that is too small. */
function estimated(noisy: Image): number {
  try {
    return estimateNoiseLevel(noisy);
  } catch (error) {
    throw error instanceof DataError
      ? new DataError(`${error.message}: give its level`, { cause: error })
      : error;
  }
}

/** Why a picture is left. */
const LEFT = {
  'no noise': 'there is no noise to remove',
  'below the steps': 'so little noise is below the steps of its values',
  texture: 'so little may be texture; give the level to have it removed',
} satisfies Record<WhyLeft, string>;

async function best(image: Image, sigma: number): Promise<string> {
  const known = await models();
  return bestMethod(image, sigma, (level) => betterThanBm3d(known, level)?.name);
}

function isClassic(method: string): method is ClassicName {
  return Object.hasOwn(CLASSIC, method);
}

async function byClassic(method: ClassicName, image: Image, sigma: number, onProgress: OnProgress) {
  const { run, describe } = CLASSIC[method];
  return { restored: await run(image, { sigma, memory: MEMORY, onProgress }), how: describe };
}

async function byNetwork(name: string, image: Image, sigma: number, onProgress: OnProgress) {
  const { network, noise } = await loadModel(name);
  const restored = await withBackend(async (backend) => {
    const restorer = createRestorer(network, backend, { trained: noise, memory: MEMORY });
    const work = bm3dAround(restorer, image, { sigma, memory: MEMORY, onProgress });
    return work.finally(() => restorer.dispose());
  });
  return { restored, how: name };
}
