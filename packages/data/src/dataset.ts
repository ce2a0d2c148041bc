import { sha256Hex } from '@nlrn/tensor';
import type { Image, NamedImage } from './image.ts';

/** Images in a fixed order, with a hash that says whether two runs used the same pixels. */
export interface Dataset {
  readonly name: string;
  /** `given` are images that somebody has put together: see `datasetOf` */
  readonly source: 'folder' | 'generated' | 'given';
  readonly images: readonly NamedImage[];
  /** SHA-256 in hexadecimal, see `hashImages`. */
  readonly hash: string;
}

/**
 * A data set of one's own images, in their order, as a page has them from bytes.
 *
 * Noise is drawn by their names, so that each is to have its own; networks are trained and tested on grey ones (`toGrey`).
 */
export function datasetOf(name: string, images: readonly NamedImage[]): Dataset {
  return { name, source: 'given', images: [...images], hash: hashImages(images) };
}

/**
 * The images of several data sets one after the other; a single one as it is. Names then begin with their set's.
 *
 * The source is that of all, or `given` where they have several.
 */
export function joinDatasets(datasets: readonly [Dataset, ...Dataset[]]): Dataset {
  if (datasets.length === 1) return datasets[0];
  const images = datasets.flatMap(({ name, images }) =>
    images.map((item) => ({ ...item, name: `${name}/${item.name}` })),
  );
  const name = datasets.map((dataset) => dataset.name).join('+');
  const { source } = datasets[0];
  const isOfAll = datasets.every((dataset) => dataset.source === source);
  return { ...datasetOf(name, images), ...(isOfAll && { source }) };
}

/**
 * SHA-256 over names, sizes and pixels (float32, little-endian) of images, in their order.
 *
 * It does not depend on how a file was compressed, nor on the folder's name.
 */
export function hashImages(images: readonly NamedImage[]): string {
  return hashOf(
    images.flatMap(({ name, image }) => [
      JSON.stringify([name, image.width, image.height, image.channels]),
      image.data,
    ]),
  );
}

/** SHA-256 over size and pixels of an image (float32, little-endian), whatever its name and file. */
export function hashPixels({ width, height, channels, data }: Image): string {
  return hashOf([JSON.stringify([width, height, channels]), data]);
}

function hashOf(parts: readonly (string | Float32Array)[]): string {
  return sha256Hex(bytesOf(parts));
}

/** One part after the other, so that not all are held at once. */
function* bytesOf(parts: readonly (string | Float32Array)[]): Generator<string | Uint8Array> {
  for (const part of parts) yield typeof part === 'string' ? part : littleEndianBytes(part);
}

function littleEndianBytes(data: Float32Array): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(data.byteLength));
  data.forEach((value, i) => {
    bytes.setFloat32(4 * i, value, true);
  });
  return new Uint8Array(bytes.buffer);
}
