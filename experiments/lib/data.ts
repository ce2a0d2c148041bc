import { type Dataset, generatedDataset, loadFolder } from '@nlrn/data';

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

/** `400 images of train400` or `60 generated images`, as output and tables call a data set. */
export function describeDataset({
  name,
  source,
  images,
}: Pick<Dataset, 'name' | 'source'> & { images: number }) {
  return source === 'generated' ? `${images} generated images` : `${images} images of ${name}`;
}
