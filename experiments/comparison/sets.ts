import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '@nlrn/cli';
import { type Dataset, hashImages, type NamedImage, toGrey } from '@nlrn/data';
import { loadFolder } from '@nlrn/data/node';
import type { Method } from './method.ts';

/** Images of `datasets/README.md` that some methods were trained on, and others are tested on, in part or at another size. */
export type Trained = 'bsd200' | 'bsd300-val';

/** Test images of the paper's tables. */
export interface TestSet {
  /** As `--sets` takes it: the name of its folder, and, unless it is there in part alone, of `pnpm data fetch` */
  readonly name: string;
  readonly label: string;
  /** As the paper's tables call it */
  readonly paper: string;
  /** Where its images come from, if there are methods that were trained on them */
  readonly from?: Trained;
  /** Images that slow methods take: every so many */
  readonly every?: number;
  /** The folder of a part of it, for `pnpm data fetch`, and of how many images that is a part */
  readonly part?: { readonly folder: string; readonly of: number };
}

export const SETS = {
  set12: { name: 'set12', label: 'Set12', paper: 'Set12' },
  bsd68: { name: 'bsd68', label: 'BSD68', paper: 'BSD68', from: 'bsd300-val' },
  /** The paper's size, as far as can be told: DnCNN's figures fit the images 1024 pixels wide. */
  urban100: { name: 'urban100', label: 'Urban100', paper: 'Urban100', every: 5 },
  /** Not the Set14 of super-resolution: RED's and MemNet's images of 256 x 256 pixels, to which BM3D's figures fit. */
  'set14-red': { name: 'set14-red', label: '14 images', paper: '14 images' },
  /** Half the size: RED's authors say that they made the images smaller, and the figures fit a half. */
  'bsd200-half': { name: 'bsd200-half', label: 'BSD200, half size', paper: 'BSD200', from: 'bsd200' },
  set5: { name: 'set5', label: 'Set5', paper: 'Set5' },
  set14: { name: 'set14', label: 'Set14', paper: 'Set14' },
  'bsd100-y': { name: 'bsd100-y', label: 'BSD100', paper: 'BSD100' },
  /** Twenty images, one of each five by difficulty: bicubic interpolation has what it has on all, to 0.014 dB, SRCNN up to 0.17 dB more. */
  'urban100-y': {
    name: 'urban100-y',
    label: 'Urban100',
    paper: 'Urban100',
    part: { folder: 'urban20-y', of: 100 },
  },
} as const satisfies Record<string, TestSet>;

/** `Set12` of `set12` */
export function setLabel(set: string): string {
  return Object.values(SETS).find(({ name }) => name === set)?.label ?? set;
}

/** Whether a method was trained on the images of a test set, whose figures would then say nothing. */
export function isTrainedOn({ trainedOn }: Pick<Method, 'trainedOn'>, { from }: TestSet): boolean {
  return from !== undefined && trainedOn === from;
}

/** A test set's images, and of how many they are. */
export interface LoadedSet {
  readonly set: TestSet;
  readonly dataset: Dataset;
  /** What is there of it, if it is a part: `first5`, `every5`, `20of100` */
  readonly part?: string | undefined;
  /** How many images the whole set has */
  readonly of: number;
}

/** Where sets are looked for. */
export interface SetFolders {
  /** Folders that have those of the test sets, the first one that has one counts */
  readonly data: readonly string[];
  /** The folder of the whole of a set of which else a part is taken */
  readonly whole?: string | undefined;
}

/**
 * The images of a test set, grey unless it is `inColour`; undefined, and said, if there are none.
 *
 * That colour images are converted is said. Throws DataError for a folder without images.
 */
export function loadSet(
  set: TestSet,
  folders: SetFolders,
  inColour: boolean,
  say: (line: string) => void,
): LoadedSet | undefined {
  const folder = folderOf(set, folders);
  if (folder === undefined) {
    say(`${set.label}: left out, ${lacking([set], folders)}`);
    return undefined;
  }
  const dataset = { ...loadFolder(folder, { grey: false }), name: set.name };
  const loaded = atHand(set, inColour ? dataset : inGrey(dataset, folder, say));
  if (loaded.part !== undefined)
    say(`${set.label}: ${loaded.dataset.images.length} of its ${loaded.of} images`);
  return loaded;
}

/** Throws UserError if none of the sets is there. */
export function checkSets(sets: readonly TestSet[], folders: SetFolders): void {
  if (sets.every((set) => folderOf(set, folders) === undefined))
    throw new UserError(`${lacking(sets, folders)}, or name the folder that has them by --data`);
}

/** That sets are not there, and how they are fetched. */
function lacking(sets: readonly TestSet[], { data }: SetFolders): string {
  const names = sets.map(({ name, part }) => part?.folder ?? name);
  const commands = names.map((name) => `"pnpm data fetch ${name}"`);
  return `no folder ${names.join(', ')} in ${data.join(' or ')}; ${commands.join(', ')}`;
}

function folderOf({ name, part }: TestSet, { data, whole }: SetFolders): string | undefined {
  if (part && whole !== undefined) return whole;
  const names = [name, ...(part ? [part.folder] : [])];
  return names.flatMap((name) => data.map((root) => join(root, name))).find((folder) => existsSync(folder));
}

function atHand(set: TestSet, dataset: Dataset): LoadedSet {
  const { length } = dataset.images;
  const of = Math.max(length, set.part?.of ?? 0);
  return { set, dataset, of, part: length < of ? `${length}of${of}` : undefined };
}

function inGrey(dataset: Dataset, folder: string, say: (line: string) => void): Dataset {
  const { images } = dataset;
  const colours = images.filter(({ image }) => image.channels === 3).length;
  if (colours > 0) say(`${folder}: ${colours} of ${images.length} images are in colour; they are made grey`);
  return madeGrey(dataset);
}

/** A data set in grey, which has another hash where there were colours. */
export function madeGrey(dataset: Dataset): Dataset {
  const grey = dataset.images.map(({ name, image }) => ({ name, image: toGrey(image) }));
  return { ...dataset, ...imagesOf(grey) };
}

const imagesOf = (images: readonly NamedImage[]) => ({ images, hash: hashImages(images) });

/** The first images of a set, or, if no number of them is given, every so many. */
export function partOf(
  loaded: LoadedSet,
  { first, every }: { first?: number | undefined; every?: number | undefined },
): LoadedSet {
  const all = loaded.dataset.images;
  const images = first === undefined ? all.filter((_, i) => i % (every ?? 1) === 0) : all.slice(0, first);
  if (images.length === all.length) return loaded;
  const part = first === undefined ? `every${every}` : `first${first}`;
  return { ...loaded, part, dataset: { ...loaded.dataset, ...imagesOf(images) } };
}
