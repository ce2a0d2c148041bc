import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Dataset, hashImages, type NamedImage, toGrey } from '@nlrn/data';
import { loadFolder } from '@nlrn/data/node';

/** Test images of the paper's tables. */
export interface TestSet {
  /** As `--sets` takes it: the name of its folder, and of `pnpm data fetch` */
  readonly name: string;
  readonly label: string;
  /** As the paper's tables call it */
  readonly paper: string;
  /** Images that slow methods take: every so many */
  readonly every?: number;
}

export const SETS = {
  set12: { name: 'set12', label: 'Set12', paper: 'Set12' },
  bsd68: { name: 'bsd68', label: 'BSD68', paper: 'BSD68' },
  /** The paper's size, as far as can be told: DnCNN's figures fit the images 1024 pixels wide. */
  urban100: { name: 'urban100', label: 'Urban100', paper: 'Urban100', every: 5 },
  /** Not the Set14 of super-resolution: RED's and MemNet's images of 256 x 256 pixels, to which BM3D's figures fit. */
  'set14-red': { name: 'set14-red', label: '14 images', paper: '14 images' },
  /** Half the size: RED's authors say that they made the images smaller, and the figures fit a half. */
  'bsd200-half': { name: 'bsd200-half', label: 'BSD200, half size', paper: 'BSD200' },
} as const satisfies Record<string, TestSet>;

/** A test set's images, grey, and of how many they are. */
export interface LoadedSet {
  readonly set: TestSet;
  readonly dataset: Dataset;
  /** How many images the whole set has */
  readonly of: number;
}

/** Where the images of a test set may be, the first folder first. */
function foldersOf({ name }: TestSet, roots: readonly string[]): string | undefined {
  return roots.map((root) => join(root, name)).find((folder) => existsSync(folder));
}

/**
 * The images of a test set in one of some folders, grey; undefined, and said, if there are none.
 *
 * Colour images are converted, and that is said. Throws DataError for a folder without images.
 */
export function loadSet(
  set: TestSet,
  roots: readonly string[],
  say: (line: string) => void,
): LoadedSet | undefined {
  const folder = foldersOf(set, roots);
  if (folder === undefined) {
    say(
      `${set.label}: left out, no folder ${set.name} in ${roots.join(' or ')}; "pnpm data fetch ${set.name}"`,
    );
    return undefined;
  }
  const { images, ...rest } = loadFolder(folder, { grey: false });
  const colours = images.filter(({ image }) => image.channels === 3).length;
  if (colours > 0) say(`${folder}: ${colours} of ${images.length} images are in colour; they are made grey`);
  const grey = images.map(({ name, image }) => ({ name, image: toGrey(image) }));
  return { set, of: grey.length, dataset: { ...rest, name: set.name, ...imagesOf(grey) } };
}

const imagesOf = (images: readonly NamedImage[]) => ({ images, hash: hashImages(images) });

/** The first images of a set, or every so many. */
export function partOf(
  loaded: LoadedSet,
  { first, every }: { first?: number | undefined; every?: number | undefined },
): LoadedSet {
  const images = loaded.dataset.images
    .filter((_, i) => i % (every ?? 1) === 0)
    .slice(0, first ?? Number.POSITIVE_INFINITY);
  return { ...loaded, dataset: { ...loaded.dataset, ...imagesOf(images) } };
}
