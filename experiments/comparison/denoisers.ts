import { join } from 'node:path';
import { bilateral, bm3d, type ClassicOptions, nonLocalMeans, wnnm } from '@nlrn/classic';
import { defaultWeights, installedModels } from '@nlrn/cli';
import { type Image, type NamedImage, noisyVersion, type OnProgress } from '@nlrn/data';
import { levelsApart, MEMNET_CONFIG, type NetworkConfig, RED30_CONFIG } from '@nlrn/networks';
import { quality } from '@nlrn/nn';
import { NOISE_SEED } from '../lib/noise.ts';
import type { Method, Trial } from './method.ts';

/**
 * A test image with noise, which depends on image and level alone, and is neither clipped nor rounded.
 *
 * It and what is made of it are measured clipped and rounded to 8 bits.
 */
function noisyTrial(
  item: NamedImage,
  sigma: number,
  restore: (noisy: Image, onProgress: OnProgress) => Promise<Image>,
): Trial {
  const noisy = noisyVersion(item, sigma, NOISE_SEED);
  return {
    truth: item.image,
    noisy,
    restore: (onProgress) => restore(noisy, onProgress),
    measure: (restored) => ({ noisy: quality(item, noisy), restored: quality(item, restored) }),
  };
}

const network = (
  name: NetworkConfig['network'],
  file: string | ((sigma: number) => string),
): Method['by'] => ({
  kind: 'network',
  network: name,
  file: typeof file === 'string' ? () => file : file,
  trialOf: (item, sigma, { restore }) =>
    noisyTrial(item, sigma, (noisy, onProgress) => restore(noisy, { sigma, onProgress })),
});

/** Weights of a network whose authors' are not to be had, trained by this project at a reduced scale (`experiments/models.md`). */
const trainedHere = (name: string) => join(import.meta.dirname, '..', 'trained', `${name}.safetensors`);

const classic = (restore: (noisy: Image, options: ClassicOptions) => Promise<Image>): Method['by'] => ({
  kind: 'classic',
  trialOf: (item, sigma, threads) =>
    noisyTrial(item, sigma, (noisy, onProgress) => restore(noisy, { sigma, threads, onProgress })),
});

/** The installed weights that are the best for a level of those trained for it; where none was, for noise of any. */
export function nlrnWeights(sigma: number): string {
  const models = installedModels();
  const trained = models.filter(({ noise }) => levelsApart(noise, sigma) === 0);
  return defaultWeights(sigma, trained.length > 0 ? trained : models);
}

/**
 * All ways to remove noise, in the order of the tables; their paces are those at sigma 25.
 *
 * Setting (1) of the paper trains on 400 images of BSD, of which `bsd200` are 200, setting (2) on 300, with `bsd300-val`
 * (`datasets/README.md`). FFDNet's training set holds the 400, too.
 */
export const DENOISERS: readonly Method[] = [
  { name: 'bilateral', label: 'Bilateral filter', short: 'Bilateral', pace: 4, by: classic(bilateral) },
  { name: 'nlm', label: 'Non-local means', short: 'NL means', pace: 12, by: classic(nonLocalMeans) },
  { name: 'bm3d', label: 'BM3D', paper: 'BM3D', pace: 25, by: classic(bm3d) },
  { name: 'wnnm', label: 'WNNM', paper: 'WNNM', pace: 330, by: classic(wnnm) },
  {
    name: 'tnrd',
    label: 'TNRD',
    paper: 'TNRD',
    trainedOn: 'bsd200',
    pace: 10,
    by: network('tnrd', (sigma) => `tnrd-7x7-5-s${sigma}.safetensors`),
  },
  {
    name: 'nlnet',
    label: 'NLNet',
    paper: 'NLNet',
    trainedOn: 'bsd200',
    pace: 30,
    by: network('nlnet', (sigma) => `nlnet-7x7-s${sigma}.safetensors`),
  },
  {
    name: 'dncnn',
    label: 'DnCNN-S',
    paper: 'DnCNN',
    trainedOn: 'bsd200',
    pace: 7,
    by: network('dncnn', (sigma) => `dncnn-s${sigma}.safetensors`),
  },
  {
    name: 'dncnn-b',
    label: 'DnCNN-B',
    trainedOn: 'bsd200',
    pace: 8,
    by: network('dncnn', 'dncnn-b.safetensors'),
  },
  {
    name: 'ffdnet',
    label: 'FFDNet',
    trainedOn: 'bsd200',
    pace: 3,
    by: network('ffdnet', 'ffdnet-gray.safetensors'),
  },
  {
    name: 'red-small',
    label: 'RED, 10 layers of 32, trained here',
    short: 'RED, small',
    trainedOn: 'bsd300-val',
    pace: 1,
    by: network('red', trainedHere('red-small')),
  },
  { name: 'red', label: 'RED', paper: 'RED', pace: 0, by: { kind: 'paper only', config: RED30_CONFIG } },
  {
    name: 'memnet-small',
    label: 'MemNet, M3R3 of 32, trained here',
    short: 'MemNet, small',
    trainedOn: 'bsd300-val',
    pace: 4,
    by: network('memnet', trainedHere('memnet-small')),
  },
  {
    name: 'memnet',
    label: 'MemNet',
    paper: 'MemNet',
    pace: 0,
    by: { kind: 'paper only', config: MEMNET_CONFIG },
  },
  {
    name: 'nlrn',
    label: 'NLRN of 64 channels, trained here',
    short: 'NLRN, small',
    paper: 'NLRN',
    trainedOn: 'bsd200',
    pace: 10,
    by: network('nlrn', nlrnWeights),
  },
];
