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
import { type Backend, BYTES, type Executable, input, type Tensor } from '@nlrn/tensor';
import type { Network } from './network.ts';

/** How an image is restored. */
export interface RestoreImageOptions {
  readonly onProgress?: OnProgress | undefined;
  /** The noise's standard deviation, on the 0-255 scale: of all channels, or of each; for a network that takes the level */
  readonly sigma?: number | readonly number[] | undefined;
}

/** Restores an image; the result has its size and is not clipped to [0, 1]. */
type Restore = (image: Image, options?: RestoreImageOptions) => Promise<Image>;

type RestoringProgram = Executable<{ readonly output: Tensor }>;

/** Restores images; keeps programs for the next one until `dispose`. */
export interface Restorer extends Restore {
  /** Gives the programs back. */
  dispose(): void;
}

export interface RestoreOptions {
  /** Bytes that a program may take */
  readonly memory?: number;
}

/** How many programs a restorer keeps: test sets have two or three sizes. */
const KEPT_PROGRAMS = 4;

/** Bytes that a program may take, below the 4 GB that WebAssembly can address. */
const MEMORY = 3.5 * 2 ** 30;

/** Pixels around a tile that are computed and not kept, at the most: what lies farther off hardly counts. */
const MOST_MARGIN = 64;

/** Side of the smallest tiles. */
const LEAST_SIDE = 128;

/** Side of the image on which the memory for a pixel is measured. */
const PROBE = 64;

/**
 * Makes a function that restores images of any size with a network whose values lie on `backend`.
 *
 *   [H, W, C]  ->  [H, W, C]
 *
 * Only an image that needs more than `memory` bytes, or is larger than the network's `piece`, is restored in
 * overlapping tiles, whose windows end at the tile. Colours are restored one by one, as the network knows grey images
 * only. There is a program for each image size; those used last are kept.
 * Throws RangeError at once if the margins of the network's `piece` leave nothing of it.
 */
export function createRestorer(
  network: Network,
  backend: Backend,
  { memory = memoryOf(backend) }: RestoreOptions = {},
): Restorer {
  const programs = new Map<string, RestoringProgram>();
  const { fits, side, margin } = network.piece
    ? limitOf(network.piece)
    : limitByMemory(
        memory,
        bytesPerPixel(network, backend),
        Math.min(network.reach ?? MOST_MARGIN, MOST_MARGIN),
      );
  checkTiling({ side, margin });
  const whole: Restore = (image, options) =>
    inChannels(image, programFor(image, network, backend, programs), options);
  const restore: Restore = async (image, { onProgress, sigma } = {}) => {
    checkSize(image, network);
    const options = { onProgress, sigma: network.takesLevel ? knownLevel(sigma) : undefined };
    onProgress?.(0);
    if (fits(image)) return whole(image, options);
    const { sigma: level } = options;
    return inTiles(
      image,
      { side, margin },
      (tile, told) => whole(tile, { onProgress: told, sigma: level }),
      onProgress,
    );
  };
  return Object.assign(restore, {
    dispose() {
      for (const program of programs.values()) program.dispose();
    },
  });
}

/** Throws DataError where an image is smaller than the network can be given. */
function checkSize(image: Image, { least = 1 }: Network): void {
  if (Math.min(image.width, image.height) >= least) return;
  throw new DataError(
    `${dimensionsOf(image)} pixels are too few: this network needs at least ${least} x ${least}`,
  );
}

/** Throws TypeError where the level is not given. */
function knownLevel(sigma: RestoreImageOptions['sigma']): number | readonly number[] {
  if (sigma === undefined)
    throw new TypeError('this network must be told the level of the noise: give sigma');
  return sigma;
}

/** A program whose memory is no larger than the largest value has no value that is larger. */
function memoryOf({ largestValue = MEMORY }: Backend): number {
  return Math.min(MEMORY, largestValue);
}

/** Which images are restored whole, and the tiles of the others. */
interface Limit {
  readonly fits: (image: Image) => boolean;
  readonly side: number;
  readonly margin: number;
}

function limitOf({ side, margin }: NonNullable<Network['piece']>): Limit {
  return { fits: ({ width, height }) => Math.max(width, height) <= side, side, margin };
}

function limitByMemory(memory: number, bytes: number, margin: number): Limit {
  const side = Math.max(LEAST_SIDE, 4 * margin, Math.floor(Math.sqrt(memory / bytes)));
  return { fits: ({ width, height }) => width * height * bytes <= memory, side, margin };
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
  { onProgress, sigma }: RestoreImageOptions = {},
): Promise<Image> {
  const { width, height, channels } = image;
  const restored = createImage(width, height, channels);
  for (let c = 0; c < channels; c++) {
    const told = pieceOf(c, channels, onProgress);
    const level = typeof sigma === 'object' ? sigma[c]! : sigma;
    const feeds = { noisy: channel(image, c), ...(level !== undefined && { level: [level / 255] }) };
    const { output } = await program.run(feeds, { onProgress: told });
    for (let i = 0; i < output.length; i++) restored.data[i * channels + c] = output[i]!;
    told(1);
  }
  return restored;
}

/** The program for an image's size; a Map keeps its order, so that the first is the one not used longest. */
function programFor(
  { width, height }: Image,
  network: Network,
  backend: Backend,
  programs: Map<string, RestoringProgram>,
): RestoringProgram {
  const size = `${width} x ${height}`;
  const program = programs.get(size) ?? compileFor(network, backend, width, height);
  programs.delete(size);
  programs.set(size, program);
  if (programs.size > KEPT_PROGRAMS) {
    const [oldest, unused] = programs.entries().next().value!;
    programs.delete(oldest);
    unused.dispose();
  }
  return program;
}

function compileFor(network: Network, backend: Backend, width: number, height: number): RestoringProgram {
  const level = network.takesLevel ? input('level', [1, 1, 1, 1]) : undefined;
  const { output } = network.forward(input('noisy', [1, height, width, 1]), 'infer', level);
  return backend.compile({ outputs: { output } });
}

/** A program's arena grows with the number of pixels, so that a small one tells of all. */
function bytesPerPixel(network: Network, backend: Backend): number {
  const executable = compileFor(network, backend, PROBE, PROBE);
  executable.dispose();
  return (BYTES[executable.program.elementType] * executable.program.peak) / PROBE ** 2;
}

function channel({ data, channels }: Image, c: number): Float32Array {
  return Float32Array.from({ length: data.length / channels }, (_, i) => data[i * channels + c]!);
}
