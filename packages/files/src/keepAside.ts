import { existsSync, renameSync, rmSync } from 'node:fs';
import { extname } from 'node:path';
import { FileError } from './fileError.ts';
import { remedy } from './remedy.ts';

/** Deletes a file if there is one. Throws FileError, naming it, when that cannot be done. */
export function deleteFile(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch (error) {
    throw new FileError(`${path}: cannot be deleted; ${remedy(path, error)}`, { cause: error });
  }
}

/**
 * Renames `name.json` to `name.<why>.json`, or `name.<why>-2.json` and so on, so that nothing is overwritten.
 *
 * Returns the new path. Throws FileError, naming the file, when that cannot be done.
 */
export function keepAside(path: string, why: string): string {
  const ending = extname(path);
  const stem = path.slice(0, path.length - ending.length);
  const place = (n: number) => `${stem}.${why}${n > 1 ? `-${n}` : ''}${ending}`;
  let n = 1;
  while (existsSync(place(n))) n++;
  try {
    renameSync(path, place(n));
  } catch (error) {
    throw new FileError(`${path}: cannot be renamed to keep it; ${remedy(path, error)}`, { cause: error });
  }
  return place(n);
}
