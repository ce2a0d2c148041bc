import {
  checkTiling,
  createImage,
  DataError,
  dimensionsOf,
  type Image,
  inTiles,
  type OnProgress,
  pieceOf,
} from '@nlrn/data';
import type { Backend } from '@nlrn/tensor';
import { contrastFor, stretched } from './contrast.ts';
import { asFarAsItIsNoise, LITTLE_NOISE } from './littleNoise.ts';
import { ofAllTurns } from './multiView.ts';
import type { Network } from './network.ts';
import { Queue } from './queue.ts';
import { type RestoringProgram, RestoringPrograms } from './restoringPrograms.ts';
import type { TrainedNoise } from './weights.ts';

/** How an image is restored. */
export interface RestoreImageOptions {
  readonly onProgress?: OnProgress | undefined;
  /**
   * The noise's standard deviation, on the 0-255 scale, of all channels; a network that is not told the level makes use of it
   * only where the restorer knows for which noise it was `trained`
   */
  readonly sigma?: number | undefined;
  /** Bytes that programs may take for this image, as in `RestoreOptions`; by default what the restorer was told */
  readonly memory?: number | undefined;
}

/** Restores an image; the result has its size, or that to which the network enlarges, and is not clipped to [0, 1]. */
type Restore = (image: Image, options?: RestoreImageOptions) => Promise<Image>;

/** Restores images; keeps programs for the next one until `dispose`. */
export interface Restorer extends Restore {
  /** Gives the programs back, when the images that were asked for before are restored. */
  dispose(): void;
}

/** How images are restored: within what memory, by a network trained for which noise, in how many views. */
export interface RestoreOptions {
  /** Bytes that programs may take, as far as WebAssembly can address them and they are no more than the backend's largest value */
  readonly memory?: number | undefined;
  /** The levels that the network was trained for: for others the contrast is changed so that the noise has one of them. */
  readonly trained?: TrainedNoise | undefined;
  /** Whether the result is the mean over the image's eight turns */
  readonly multiView?: boolean | undefined;
}

/** Bytes that a program may take at the most, below the 4 GB that WebAssembly can address. */
const MOST_MEMORY = 3.5 * 2 ** 30;

/** Pixels around a tile that are computed and not kept, at the most: what lies farther off hardly counts. */
const MOST_MARGIN = 64;

/** Side of the smallest tiles. */
const LEAST_SIDE = 128;

/**
 * Makes a function that restores images of any size with a network whose values lie on `backend`.
 *
 *   [H, W, C]  ->  [H, W, C]      [n H, n W, C] for a network that enlarges by n
 *
 * Only an image that needs more than `memory` bytes, or is larger than the network's `piece`, is restored in
 * overlapping tiles, whose windows end at the tile. Colours are restored one by one, as the network knows grey images
 * only. There is a program for each image size; those used last are kept, as far as memory allows. Of calls that overlap each
 * waits for those before it.
 * One that is told the level removes of little noise no more than `asFarAsItIsNoise` allows, so that an image does not get worse.
 * A network that is not told the level, and was trained for others than `sigma`, is given the image with another contrast.
 * Throws RangeError at once if the margins of the network's `piece` leave nothing of it.
 */
export function createRestorer(network: Network, backend: Backend, options: RestoreOptions = {}): Restorer {
  const programs = new RestoringPrograms(network, backend);
  // A program must not be given back for that of another image while it runs.
  const queue = new Queue();
  const { enlarges = 1, align = 1 } = network;
  const limit = network.piece ? limitOf(network.piece) : limitByMemory(network, programs.bytesPerPixel());
  checkTiling({ ...limit(heldMemory(backend, options.memory)), align });

  const asItIs: Restore = async (image, { onProgress, sigma, memory: given = options.memory } = {}) => {
    const memory = heldMemory(backend, given);
    const { side, margin, fits } = limit(memory);
    const level = network.takesLevel ? knownLevel(sigma) : undefined;
    const whole = (piece: Image, told?: OnProgress) =>
      inChannels(piece, programs.for(piece, memory), { level, enlarges, onProgress: told });
    const tiling = { side, margin, align, enlarges };
    return fits(image) ? whole(image, onProgress) : inTiles(image, tiling, whole, onProgress);
  };
  const atItsLevel: Restore = async (image, restoring = {}) => {
    const { sigma, onProgress } = restoring;
    if (network.takesLevel && sigma !== undefined && sigma < LITTLE_NOISE) {
      const restore = (piece: Image, told: OnProgress) => asItIs(piece, { ...restoring, onProgress: told });
      return asFarAsItIsNoise(image, sigma, restore, onProgress);
    }
    const factor = sigma === undefined ? 1 : contrastFor(network, { sigma, trained: options.trained });
    return stretched(await asItIs(stretched(image, factor), restoring), 1 / factor);
  };
  const restore: Restore = async (image, restoring = {}) => {
    checkSize(image, network);
    restoring.onProgress?.(0);
    const one = (turned: Image, onProgress: OnProgress) => atItsLevel(turned, { ...restoring, onProgress });
    return queue.next(() =>
      options.multiView
        ? ofAllTurns(image, one, { enlarges, onProgress: restoring.onProgress })
        : atItsLevel(image, restoring),
    );
  };
  return Object.assign(restore, { dispose: () => queue.whenIdle(() => programs.dispose()) });
}

/** Throws DataError where an image is smaller than the network can be given. */
function checkSize(image: Image, { least = 1 }: Network): void {
  if (Math.min(image.width, image.height) >= least) return;
  throw new DataError(
    `${dimensionsOf(image)} pixels are too few: this network needs at least ${least} x ${least}`,
  );
}

/** Throws TypeError where the level is not given. */
function knownLevel(sigma: number | undefined): number {
  if (sigma === undefined)
    throw new TypeError('this network must be told the level of the noise: give sigma');
  return sigma;
}

/** Of the bytes that programs may take, those that one can have: without more than a backend's largest value, none is larger. */
function heldMemory({ largestValue = MOST_MEMORY }: Backend, memory = MOST_MEMORY): number {
  return Math.min(memory, MOST_MEMORY, largestValue);
}

/** Which images are restored whole, and the tiles of the others. */
interface Limit {
  readonly fits: (image: Image) => boolean;
  readonly side: number;
  readonly margin: number;
}

function limitOf({ side, margin }: NonNullable<Network['piece']>): () => Limit {
  return () => ({ fits: ({ width, height }) => Math.max(width, height) <= side, side, margin });
}

function limitByMemory({ reach = MOST_MARGIN }: Network, bytes: number): (memory: number) => Limit {
  const margin = Math.min(reach, MOST_MARGIN);
  return (memory) => {
    const side = Math.max(LEAST_SIDE, 4 * margin, Math.floor(Math.sqrt(memory / bytes)));
    return { fits: ({ width, height }) => width * height * bytes <= memory, side, margin };
  };
}

/** Restores one image; for several, `createRestorer` keeps the programs. */
export async function restoreImage(
  network: Network,
  backend: Backend,
  image: Image,
  options: RestoreOptions & RestoreImageOptions = {},
): Promise<Image> {
  const restore = createRestorer(network, backend, options);
  return restore(image, options).finally(() => restore.dispose());
}

/** Runs a program on each channel of an image. */
async function inChannels(
  image: Image,
  program: RestoringProgram,
  {
    level,
    enlarges,
    onProgress,
  }: { level: number | undefined; enlarges: number; onProgress: OnProgress | undefined },
): Promise<Image> {
  const { width, height, channels } = image;
  const restored = createImage(enlarges * width, enlarges * height, channels);
  for (let c = 0; c < channels; c++) {
    const told = pieceOf(c, channels, onProgress);
    const feeds = { noisy: channel(image, c), ...(level !== undefined && { level: [level / 255] }) };
    const { output } = await program.run(feeds, { onProgress: told });
    for (let i = 0; i < output.length; i++) restored.data[i * channels + c] = output[i]!;
    told(1);
  }
  return restored;
}

function channel({ data, channels }: Image, c: number): Float32Array {
  return Float32Array.from({ length: data.length / channels }, (_, i) => data[i * channels + c]!);
}
