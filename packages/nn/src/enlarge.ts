import { type Image, resizeTo, type SrTest } from '@nlrn/data';
import type { Network } from './network.ts';
import type { RestoreImageOptions, Restorer } from './restore.ts';

/**
 * What a network makes of a small image, given with its bicubic enlargement, of whose size the result is.
 *
 * The network takes the one or the other (`Network.enlarges`). One that enlarges by more than is wanted, as LapSRN's for 4 where 3
 * is, has its result made smaller by bicubic interpolation.
 */
export async function enlargeWith(
  { enlarges }: Pick<Network, 'enlarges'>,
  restore: Restorer,
  { low, enlarged }: Pick<SrTest, 'low' | 'enlarged'>,
  options: RestoreImageOptions = {},
): Promise<Image> {
  if (enlarges === undefined) return restore(enlarged, options);
  const result = await restore(low, options);
  const { width, height } = enlarged;
  return result.width === width && result.height === height ? result : resizeTo(result, width, height);
}
