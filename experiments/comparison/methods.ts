import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { bilateral, bm3d, type ClassicOptions, nonLocalMeans, wnnm } from '@nlrn/classic';
import { type Choice, defaultWeights, openBackend, UserError } from '@nlrn/cli';
import type { Image, OnProgress } from '@nlrn/data';
import { loadWeights, type NetworkConfig } from '@nlrn/networks';
import { createRestorer, parameterCount } from '@nlrn/nn';
import { sha256Hex } from '@nlrn/tensor';

/** A way to remove noise, as the tables compare them. */
export interface Method {
  /** As `--only` takes it */
  readonly name: string;
  readonly label: string;
  /** As the paper's tables call it, if they have it */
  readonly paper?: string;
  /** Core-seconds a megapixel, measured on two cores of an AMD EPYC at sigma 25: for the time that is told beforehand */
  readonly pace: number;
  readonly by: Classic | ByNetwork | PaperOnly;
}

interface Classic {
  readonly kind: 'classic';
  readonly restore: (noisy: Image, options: ClassicOptions) => Promise<Image>;
}

interface ByNetwork {
  readonly kind: 'network';
  readonly network: NetworkConfig['network'];
  /** The file of weights for a level, in the folder of weights or as a whole path */
  readonly file: (sigma: number) => string;
}

/** A network of which there are no weights: its column is the paper's alone. */
interface PaperOnly {
  readonly kind: 'paper only';
}

const network = (name: NetworkConfig['network'], file: string | ((sigma: number) => string)): ByNetwork => ({
  kind: 'network',
  network: name,
  file: typeof file === 'string' ? () => file : file,
});

const classic = (restore: Classic['restore']): Classic => ({ kind: 'classic', restore });

/** All methods, in the order of the tables. */
export const METHODS: readonly Method[] = [
  { name: 'bilateral', label: 'Bilateral filter', pace: 9, by: classic(bilateral) },
  { name: 'nlm', label: 'Non-local means', pace: 12, by: classic(nonLocalMeans) },
  { name: 'bm3d', label: 'BM3D', paper: 'BM3D', pace: 25, by: classic(bm3d) },
  { name: 'wnnm', label: 'WNNM', paper: 'WNNM', pace: 600, by: classic(wnnm) },
  {
    name: 'tnrd',
    label: 'TNRD',
    paper: 'TNRD',
    pace: 10,
    by: network('tnrd', (sigma) => `tnrd-7x7-5-s${sigma}.safetensors`),
  },
  {
    name: 'nlnet',
    label: 'NLNet',
    paper: 'NLNet',
    pace: 40,
    by: network('nlnet', (sigma) => `nlnet-7x7-s${sigma}.safetensors`),
  },
  {
    name: 'dncnn',
    label: 'DnCNN-S',
    paper: 'DnCNN',
    pace: 7,
    by: network('dncnn', (sigma) => `dncnn-s${sigma}.safetensors`),
  },
  { name: 'dncnn-b', label: 'DnCNN-B', pace: 8, by: network('dncnn', 'dncnn-b.safetensors') },
  { name: 'ffdnet', label: 'FFDNet', pace: 3, by: network('ffdnet', 'ffdnet-gray.safetensors') },
  { name: 'red', label: 'RED', paper: 'RED', pace: 0, by: { kind: 'paper only' } },
  { name: 'memnet', label: 'MemNet', paper: 'MemNet', pace: 0, by: { kind: 'paper only' } },
  {
    name: 'nlrn',
    label: 'NLRN',
    paper: 'NLRN',
    pace: 4,
    by: network('nlrn', (sigma) => defaultWeights(sigma)),
  },
];

/** How the name of a method ends that is applied in all eight turns. */
const MULTI_VIEW = '-mv';

/** A network in multi-view testing. */
export function inAllViews({ name, label, paper, pace, by }: Method): Method {
  return {
    name: `${name}${MULTI_VIEW}`,
    label: `${label}, multi-view`,
    ...(paper && { paper: `${paper}-MV` }),
    pace: 8 * pace,
    by,
  };
}

export const isMultiView = ({ name }: Pick<Method, 'name'>) => name.endsWith(MULTI_VIEW);

/** The file of a network's weights, with the hash of its bytes. */
export interface WeightsFacts {
  readonly file: string;
  readonly hash: string;
}

export function weightsPath({ file }: ByNetwork, sigma: number, folder: string): string {
  const name = file(sigma);
  return name === basename(name) ? join(folder, name) : name;
}

/**
 * Why a method cannot be run at a level; undefined if it can.
 *
 * Throws UserError for weights that are of another network than the method's, naming both.
 */
export function whyNot({ by, label }: Method, sigma: number, folder: string): string | undefined {
  if (by.kind === 'classic') return undefined;
  if (by.kind === 'paper only') return 'paper only: no weights are to be had';
  const path = weightsPath(by, sigma, folder);
  if (!existsSync(path)) return withoutWeights(by, sigma, folder);
  const { config, noise } = loadWeights(path);
  if (config.network !== by.network) {
    throw new UserError(`${path}: holds a network "${config.network}", and ${label} is a "${by.network}"`);
  }
  if (!noise || (noise.low <= sigma && sigma <= noise.high)) return undefined;
  const levels = noise.low === noise.high ? `sigma ${noise.low}` : `sigma ${noise.low} to ${noise.high}`;
  return `not trained for sigma ${sigma}, but for ${levels}: ${basename(path)}`;
}

/** The highest level that any of the tables has. */
const HIGHEST = 75;

/** That there are no weights for a level, and for which there are some. */
function withoutWeights(by: ByNetwork, sigma: number, folder: string): string {
  const there = Array.from({ length: HIGHEST }, (_, i) => i + 1).filter((level) =>
    existsSync(weightsPath(by, level, folder)),
  );
  const others = there.length > 0 ? `; there are those for sigma ${there.join(', ')}` : '';
  return `no weights for sigma ${sigma} in ${folder} (${basename(by.file(sigma))})${others}`;
}

export function weightsFacts({ by }: Method, sigma: number, folder: string): WeightsFacts | null {
  if (by.kind !== 'network') return null;
  const path = weightsPath(by, sigma, folder);
  return { file: basename(path), hash: sha256Hex([readFileSync(path)]) };
}

/** A method that is ready to be used. */
export interface Opened {
  readonly restore: (noisy: Image, onProgress: OnProgress) => Promise<Image>;
  readonly parameters: number | null;
  /** What computes */
  readonly description: string;
  readonly close: () => Promise<void>;
}

export interface Using {
  readonly backend: Choice;
  readonly threads?: number | undefined;
  /** The folder of published weights */
  readonly weights: string;
}

/** Makes a method ready for a level. */
export async function open(method: Method, sigma: number, using: Using): Promise<Opened> {
  const { by } = method;
  if (by.kind === 'paper only') throw new Error(`${method.name} has nothing to be run with`);
  if (by.kind === 'network') return openNetwork(method, by, sigma, using);
  const { threads } = using;
  return {
    restore: (noisy, onProgress) => by.restore(noisy, { sigma, threads, onProgress }),
    parameters: null,
    description: 'kernels of this project, in JavaScript',
    async close() {},
  };
}

async function openNetwork(method: Method, by: ByNetwork, sigma: number, using: Using): Promise<Opened> {
  const { network } = loadWeights(weightsPath(by, sigma, using.weights));
  const backend = await openBackend(using.backend);
  const restore = createRestorer(network, backend, { multiView: isMultiView(method) });
  return {
    restore: (noisy, onProgress) => restore(noisy, { sigma, onProgress }),
    parameters: parameterCount(network),
    description: backend.description,
    async close() {
      restore.dispose();
      await backend.dispose();
    },
  };
}
