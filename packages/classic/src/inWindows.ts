import { type Image, inTiles, type OnProgress } from '@nlrn/data';
import { fromChannels } from './channels.ts';
import type { ClassicOptions } from './input.ts';
import { Crew } from './threads/crew.ts';
import { planWithin } from './tiling.ts';
import { windowBands, windowMean } from './windowMean.ts';

/** Planes as large as a tile: its channels, extended and restored, and the tile before and after. */
const PLANES = 5;

/**
 * The means of an image, those of a task for the pixels at most `radius` away, in tiles that as many bytes are enough for as the
 * options say: their margins have all that is read.
 */
export function inWindows(
  noisy: Image,
  { task, radius, margin }: { task: 'nonLocalMeans' | 'bilateral'; radius: number; margin: number },
  options: ClassicOptions,
): Promise<Image> {
  const { sigma, onProgress } = options;
  const pixel = 4 * PLANES * noisy.channels;
  const { tiling, threads } = planWithin(noisy, options, { pixel }, { margin }, windowBands);
  const restore = (crew: Crew) => async (tile: Image, told: OnProgress) => {
    const mean = windowMean(tile, radius, margin);
    await crew.run(task, { ...mean, sigma }, windowBands(tile.height), told);
    return fromChannels(mean.out);
  };
  return Crew.during(threads, (crew) => inTiles(noisy, tiling, restore(crew), onProgress));
}
