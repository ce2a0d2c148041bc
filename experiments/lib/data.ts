import { type Dataset, generatedDataset, type NamedImage } from '@nlrn/data';
import { loadFolder } from '@nlrn/data/node';
import type { Origin } from './experiment.ts';
import type { DatasetFacts } from './results.ts';

/** What an experiment is trained and tested on. */
export interface DataSets {
  readonly train: Dataset;
  readonly test: Dataset;
}

/**
 * The generated images that stand in where no folders are given: as large as the usual training images, and a
 * test set of twelve, as many as Set12 has.
 */
const GENERATED = {
  train: { count: 60, size: 180 },
  test: { count: 12, size: 128 },
};

/** Loads the folders; generates what is not given. Throws DataError, naming folder or file. */
export function loadData(folders: { train?: string | undefined; test?: string | undefined }): DataSets {
  const load = (name: 'train' | 'test') => {
    const folder = folders[name];
    return folder === undefined ? generatedDataset(name, GENERATED[name]) : loadFolder(folder);
  };
  return { train: load('train'), test: load('test') };
}

/** The hashes of Train400 and Set12, names and pixels as `hashImages` takes them, whatever their folders are called. */
export const PAPERS_IMAGES = {
  train: 'b9cf46998dd53263cc312df7df743ddf9bef024f18fef4147ae3400c45ffd49d',
  test: '57f36d628f0cd928820f896955d3ebcccb6a0078d9285b2ea9b01919f9cc82cb',
};

/** Whose images they are. */
export function originOf({ train, test }: DataSets): Origin {
  if (train.source === 'generated' || test.source === 'generated') return 'generated';
  return train.hash === PAPERS_IMAGES.train && test.hash === PAPERS_IMAGES.test ? 'paper' : 'own';
}

/** What results say of a data set. */
export function datasetFacts({ name, source, images, hash }: Dataset): DatasetFacts {
  return { name, source, images: images.length, hash };
}

/** `400 images of train400` or `60 generated images`, as output and tables call a data set. */
export function describeDataset({
  name,
  source,
  images,
}: Pick<Dataset, 'name' | 'source'> & { images: number }) {
  return source === 'generated' ? `${images} generated images` : `${images} images of ${name}`;
}

export function megapixelsOf(images: readonly NamedImage[]): number {
  return images.reduce((sum, { image }) => sum + image.width * image.height, 0) / 1e6;
}
