import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { FileError } from './fileError.ts';
import { isFolder } from './isFolder.ts';
import { remedy } from './remedy.ts';

/** Creates a folder and those above it. Throws FileError, naming what is in the way or cannot be written. */
export function makeFolder(path: string): void {
  if (isFolder(path)) return;
  const above = dirname(path);
  if (above === path) throw new FileError(`${path}: there is no such drive, name a folder on another`);
  makeFolder(above);
  try {
    // Level by level: a recursive mkdir reports ENOENT where a folder above is not writable.
    mkdirSync(path);
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!isFolder(path)) throw uncreatable(path, error as NodeJS.ErrnoException);
  }
}

function uncreatable(path: string, error: NodeJS.ErrnoException): FileError {
  if (error.code !== 'EEXIST')
    return new FileError(`${path}: cannot be created; ${remedy(path, error)}`, { cause: error });
  const what = existsSync(path) ? 'a file' : 'a link that leads nowhere';
  return new FileError(`${path}: is ${what}, name a folder`, { cause: error });
}
