import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { toGrey } from './color.ts';
import { DataError } from './dataError.ts';
import type { Image, NamedImage } from './image.ts';
import { readPng } from './png.ts';

/** Images in a fixed order, with a hash that says whether two runs used the same pixels. */
export interface Dataset {
  readonly name: string;
  readonly source: 'folder' | 'generated';
  readonly images: readonly NamedImage[];
  /** SHA-256 in hexadecimal, see `hashImages`. */
  readonly hash: string;
}

/**
 * Reads all PNG files of a folder (not of its subfolders), in the byte order of their names.
 *
 * Images are converted to grey unless `grey` is false. Names that begin with a dot are left out, as by `*.png`:
 * macOS puts such companions beside the files it copies.
 * Throws DataError when the folder is missing or has no PNG file, or names the file that cannot be read, or whose
 * name is not in UTF-8.
 */
export function loadFolder(folder: string, { grey = true }: { grey?: boolean } = {}): Dataset {
  const names = pngNames(folder);
  if (names.length === 0)
    throw new DataError(`${folder}: no PNG file in this folder; put *.png images there`);
  const images = names.map((name) => {
    const image = readPng(join(folder, name));
    return { name, image: grey ? toGrey(image) : image };
  });
  return { name: basename(resolve(folder)), source: 'folder', images, hash: hashImages(images) };
}

/** The images of several data sets one after the other; a single one as it is. Names then begin with their set's. */
export function joinDatasets(datasets: readonly [Dataset, ...Dataset[]]): Dataset {
  if (datasets.length === 1) return datasets[0];
  const images = datasets.flatMap(({ name, images }) =>
    images.map((item) => ({ ...item, name: `${name}/${item.name}` })),
  );
  const name = datasets.map((dataset) => dataset.name).join('+');
  return { name, source: datasets[0].source, images, hash: hashImages(images) };
}

/**
 * SHA-256 over names, sizes and pixels (float32, little-endian) of images, in their order.
 *
 * It does not depend on how a file was compressed, nor on the folder's name.
 */
export function hashImages(images: readonly NamedImage[]): string {
  const hash = createHash('sha256');
  for (const { name, image } of images) {
    hash.update(JSON.stringify([name, image.width, image.height, image.channels]));
    hash.update(littleEndianBytes(image.data));
  }
  return hash.digest('hex');
}

/** SHA-256 over size and pixels of an image (float32, little-endian), whatever its name and file. */
export function hashPixels({ width, height, channels, data }: Image): string {
  return createHash('sha256')
    .update(JSON.stringify([width, height, channels]))
    .update(littleEndianBytes(data))
    .digest('hex');
}

function littleEndianBytes(data: Float32Array): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(data.byteLength));
  data.forEach((value, i) => {
    bytes.setFloat32(4 * i, value, true);
  });
  return new Uint8Array(bytes.buffer);
}

function pngNames(folder: string): string[] {
  const isPng = (name: Buffer) => /^[^.].*\.png$/is.test(name.toString('latin1'));
  return listFolder(folder)
    .filter(isPng)
    .sort(Buffer.compare)
    .map((name) => unicodeName(folder, name));
}

/** Throws DataError for a name in another encoding: as a text it would name another file, or none. */
function unicodeName(folder: string, name: Buffer): string {
  if (isUtf8(name)) return name.toString();
  const shown = name.toString('latin1').replace(/[^ -~]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16)}`);
  throw new DataError(`${join(folder, shown)}: its name is not in UTF-8; rename it`);
}

function listFolder(folder: string): Buffer[] {
  try {
    return readdirSync(folder, { encoding: 'buffer' });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') throw new DataError(`${folder}: no such folder; check the path`);
    if (code === 'ENOTDIR')
      throw new DataError(`${folder}: not a folder; give the folder that holds the images`);
    throw new DataError(`${folder}: cannot be read (${code}); check its permissions`);
  }
}
