import type { Image, OnProgress, SrScale, SrTest } from '@nlrn/data';
import { loadWeights } from '@nlrn/networks';
import { createRestorer, enlargeWith, type LoadedWeights, type Network } from '@nlrn/nn';
import { withBackend } from '../options.ts';
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

/** What a network works with. */
export interface NetworkOptions {
  readonly weights: string;
  /** The name of the network that the weights must be of, if one is asked for */
  readonly method: string | undefined;
  readonly scale: SrScale;
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
  const loaded = loadWeights(options.weights);
  check(loaded, options);
  const { network, config } = loaded;
  return withBackend(options, (backend) => {
    const restore = createRestorer(network, backend, { memory: options.memory });
    return work({
      describe: `a network of kind ${config.network}`,
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
  { config, network, noise, scales }: LoadedWeights<{ readonly network: string }>,
  { weights, method, scale }: NetworkOptions,
): void {
  if (method !== undefined && method !== config.network)
    throw new UserError(
      `--method ${method}: --weights ${weights} are of a network of kind ${config.network}; leave one of them out`,
    );
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
