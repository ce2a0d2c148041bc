import type { Image } from '@nlrn/data';
import { bandHeight, bandsOf, type GroupOptions } from '../groups.ts';
import type { ClassicOptions } from '../input.ts';
import { type Plan, planWithin } from '../tiling.ts';
import type { Profile, StepOptions } from './parameters.ts';

/** Planes as large as a tile: its channels, in opponent colours, of both steps, and back, and the tile before and after. */
const PLANES = 6;

/**
 * The tiles in which an image is restored, and its threads, so that no more than `memory` bytes are taken.
 *
 * Margins are as wide as pixels are seen, through the groups of both steps, and references stand at the same places as in
 * the whole image: there is no seam.
 */
export function planFor(
  { basic, final }: Profile,
  image: Pick<Image, 'height' | 'channels'>,
  options: Pick<ClassicOptions, 'memory' | 'threads'>,
): Plan {
  const grid = { align: leastMultiple(basic.step, final.step), margin: reachOf(basic) + reachOf(final) };
  const pixel = 4 * PLANES * image.channels + groupBytes(basic) + groupBytes(final) + aggregateBytes(basic);
  const bands = (height: number) => Math.max(bandsOf(height, basic), bandsOf(height, final));
  return planWithin(image, options, { pixel, column: spectraBytes(final) }, grid, bands);
}

/** Pixels from one of a step's result to the farthest that it depends on: a block holds it, whose group has another. */
function reachOf({ search, block }: GroupOptions): number {
  return 2 * search + block - 1;
}

/** Bytes a pixel of the places of a step's groups. */
function groupBytes({ size, step }: GroupOptions): number {
  return (4 * (size + 1)) / step ** 2;
}

/** Bytes a pixel of what the groups of one channel add up to, in bands that overlap. */
function aggregateBytes({ search, block, step }: GroupOptions): number {
  const band = bandHeight(step);
  return (2 * 4 * (band + 2 * search + block)) / band;
}

/** Bytes a column of the spectra that a thread keeps of a channel, noisy and of the basic estimate. */
function spectraBytes({ search, block }: StepOptions): number {
  return 2 * 4 * (2 * search + 1) * block ** 2;
}

function leastMultiple(a: number, b: number): number {
  let multiple = a;
  while (multiple % b !== 0) multiple += a;
  return multiple;
}
