import { isUtf8 } from 'node:buffer';
import { readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { toGrey } from '../color.ts';
import { DataError } from '../dataError.ts';
import { type Dataset, hashImages } from '../dataset.ts';
import { readPng } from './png.ts';

/**
 * Reads all PNG files of a folder (not of its subfolders), in the byte order of their names.
 *
 * Images are converted to grey unless `grey` is false. Names that begin with a dot are left out, as by `*.png`:
 * macOS puts such companions beside the files it copies.
 * Throws DataError when the folder is missing or has no PNG file, or names the file that cannot be read, or whose
 * name is not in UTF-8.
 */
export function loadFolder(folder: string, { grey = true }: { grey?: boolean } = {}): Dataset {
  const names = namesIn(folder, /^[^.].*\.png$/is);
  if (names.length === 0)
    throw new DataError(`${folder}: no PNG file in this folder; put *.png images there`);
  const images = names.map((name) => {
    const image = readPng(join(folder, name));
    return { name, image: grey ? toGrey(image) : image };
  });
  return { name: basename(resolve(folder)), source: 'folder', images, hash: hashImages(images) };
}

/**
 * The names in a folder that match, in the order of their bytes.
 *
 * Throws DataError when the folder is missing or cannot be read, and for a matching name that is not in UTF-8.
 */
export function namesIn(folder: string, pattern: RegExp): string[] {
  return listFolder(folder)
    .filter((name) => pattern.test(name.toString('latin1')))
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
