import type { Image, OnProgress, SrScale, SrTest } from '@nlrn/data';
import { bestEnlarger, describeTrainedScales, loadWeights } from '@nlrn/networks';
import { createRestorer, enlargeWith, type LoadedWeights, type Network } from '@nlrn/nn';
import { withBackend } from '../backendOptions.ts';
import { checkMethodNetwork } from '../models/checkMethodNetwork.ts';
import { installedModels, type Model, modelOf, WEIGHTS } from '../models/installed.ts';
import { PUBLISHED_ENLARGERS, type PublishedEnlarger, publishedEnlarger } from '../models/published.ts';
import { UserError } from '../userError.ts';

/** A method that is ready to be used. */
export interface Upscaler {
  /** What it is, for messages */
  readonly describe: string;
  /** Pixels of the small image that a pixel of the result depends on, to each side */
  readonly reach: number;
  /** Luma at the new size, from the small one and its bicubic enlargement */
  luma(small: Pick<SrTest, 'low' | 'enlarged'>, onProgress: OnProgress): Promise<Image>;
}

/** The methods that can be named. */
export const METHODS = [
  'bicubic',
  'nlrn',
  ...(Object.keys(PUBLISHED_ENLARGERS) as PublishedEnlarger[]),
] as const;

export type MethodName = (typeof METHODS)[number];

/** What is asked for. */
export interface Asked {
  readonly method?: MethodName | undefined;
  /** A weights file */
  readonly weights?: string | undefined;
  readonly scale: SrScale;
}

/**
 * The model that is asked for; without a method the best that comes with the packages, if there is one for the scale. Undefined
 * is bicubic interpolation.
 *
 * Throws UserError, with the remedy, for a method of which there are no weights.
 */
export function modelFor({ method, weights, scale }: Asked, models = installedModels()): Model | undefined {
  if (weights !== undefined) return modelOf(weights);
  if (method === 'bicubic') return undefined;
  if (method !== undefined && method !== 'nlrn') return publishedEnlarger(method, scale);
  const own = bestEnlarger(models, scale);
  if (own || method === undefined) return own;
  throw new UserError(
    `--method nlrn: no weights for --scale ${scale} in ${WEIGHTS}; name a file of "pnpm nlrn train --task super-resolution" by --weights`,
  );
}

/** What a network works with. */
export interface NetworkOptions extends Pick<Asked, 'method' | 'scale'> {
  readonly model: Model;
  readonly backend: string;
  readonly threads?: number | undefined;
  /** Bytes that a network's program may take */
  readonly memory: number;
}

/** Pixels that bicubic interpolation depends on, to each side. */
const BICUBIC_REACH = 2;

export const BICUBIC: Upscaler = {
  describe: 'bicubic interpolation',
  reach: BICUBIC_REACH,
  luma: async ({ enlarged }) => enlarged,
};

/** Pixels of a network's input beyond which nothing counts much, where it sees farther or does not say how far. */
const MOST_REACH = 64;

/**
 * Opens a network for the length of some work.
 *
 * Throws UserError, before any work, for weights that cannot enlarge by the scale; warns of those that were trained for others.
 */
export function openNetwork<T>(
  options: NetworkOptions,
  work: (upscaler: Upscaler) => Promise<T>,
): Promise<T> {
  const { model, method } = options;
  checkMethodNetwork(method, model);
  const loaded = loadWeights(model.path);
  check(loaded, options);
  const { network } = loaded;
  return withBackend(options, (backend) => {
    const restore = createRestorer(network, backend, { memory: options.memory });
    return work({
      describe: `${model.name}, ${describeTrainedScales(model.scales)}`,
      reach: reachInSmall(network, options.scale),
      luma: (small, onProgress) => enlargeWith(network, restore, small, { onProgress }),
    }).finally(() => restore.dispose());
  });
}

/** Pixels of the small image that a network depends on, to each side: bicubic interpolation is before it, or beside it. */
export function reachInSmall(
  { reach = MOST_REACH, enlarges }: Pick<Network, 'reach' | 'enlarges'>,
  scale: SrScale,
): number {
  const seen = Math.min(reach, MOST_REACH);
  return BICUBIC_REACH + (enlarges === undefined ? Math.ceil(seen / scale) : seen);
}

function check(
  { network, noise, scales }: LoadedWeights<unknown>,
  { model: { path: weights }, scale }: NetworkOptions,
): void {
  if (noise !== undefined || network.takesLevel)
    throw new UserError(
      `--weights ${weights}: were trained to remove noise; name some of a network that enlarges, or leave them out`,
    );
  if (network.enlarges !== undefined && network.enlarges < scale)
    throw new UserError(
      `--scale ${scale}: --weights ${weights} enlarge by ${network.enlarges}; name others, or --scale ${network.enlarges}`,
    );
  if (scales !== undefined && !scales.includes(scale))
    process.stderr.write(
      `--scale ${scale}: the weights were trained for ${scales.join(', ')}; others come out less well\n`,
    );
}
