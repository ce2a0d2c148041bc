import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { UserError } from '@nlrn/cli';
import type { Dataset } from '@nlrn/data';
import { hashWeights, loadWeights, type NetworkConfig } from '@nlrn/networks';
import type { LoadedWeights } from '@nlrn/nn';
import { AXES, type Axis } from './axis.ts';
import type { ByNetwork, Method } from './method.ts';
import { isTrainedOn, type LoadedSet } from './sets.ts';

/** The file of a network's weights, with the hash of its tensors: who writes other figures into its metadata changes no result. */
export interface WeightsFacts {
  readonly file: string;
  readonly hash: string;
}

export function weightsPath({ file }: ByNetwork, level: number, folder: string): string {
  const name = file(level);
  return name === basename(name) ? join(folder, name) : name;
}

export function weightsFacts({ by }: Method, level: number, folder: string): WeightsFacts | null {
  if (by.kind !== 'network') return null;
  const path = weightsPath(by, level, folder);
  return { file: basename(path), hash: hashWeights(path) };
}

/** Why a row has no figures whose method was trained on its set. */
export const TRAINED_ON = 'trained on these images';

/**
 * Why a method cannot be run on a set at a level; undefined if it can.
 *
 * Throws UserError for weights that are of another network than the method's, naming both.
 */
export function whyNot(
  method: Method,
  { set, dataset }: Pick<LoadedSet, 'set' | 'dataset'>,
  axis: Axis,
  level: number,
  folder: string,
): string | undefined {
  const { by, label } = method;
  if (by.kind === 'classic') return undefined;
  if (isTrainedOn(method, set)) return `${TRAINED_ON}: ${set.label}`;
  if (method.needsColour && isGrey(dataset)) return `needs images in colour: ${set.label}`;
  if (by.kind === 'paper only') return 'paper only: no weights are to be had';
  const path = weightsPath(by, level, folder);
  if (!existsSync(path)) return withoutWeights(by, axis, level, folder);
  const loaded = loadWeights(path);
  const { network } = loaded.config;
  if (network !== by.network) {
    throw new UserError(`${path}: holds a network "${network}", and ${label} is a "${by.network}"`);
  }
  const others = levelsOfOthers(loaded, level);
  return others && `not trained for ${AXES[axis].words(level)}, but for ${others}: ${basename(path)}`;
}

const isGrey = ({ images }: Dataset) => images.every(({ image }) => image.channels === 1);

/** The levels that weights were trained for, in words; undefined if a level is among them, or they do not say. */
function levelsOfOthers({ noise, scales }: LoadedWeights<NetworkConfig>, level: number): string | undefined {
  if (scales && !scales.includes(level)) return AXES.scale.words(...scales);
  if (!noise || (noise.low <= level && level <= noise.high)) return undefined;
  return noise.low === noise.high ? `sigma ${noise.low}` : `sigma ${noise.low} to ${noise.high}`;
}

/** That there are no weights for a level, and for which there are some. */
function withoutWeights(by: ByNetwork, axis: Axis, level: number, folder: string): string {
  const path = weightsPath(by, level, folder);
  const { all, words } = AXES[axis];
  const there = all.filter((other) => existsSync(weightsPath(by, other, folder)));
  const others = there.length > 0 ? `; there are those for ${words(...there)}` : '';
  return `no weights for ${words(level)} in ${dirname(path)} (${basename(path)})${others}`;
}
