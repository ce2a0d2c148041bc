import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { FileError } from './fileError.ts';
import { remedy } from './remedy.ts';

/** Creates a folder and those above it. Throws FileError, naming what is in the way or cannot be written. */
export function makeFolder(path: string): void {
  if (existsSync(path)) {
    if (statSync(path).isDirectory()) return;
    throw new FileError(`${path}: is a file, name a folder`);
  }
  makeFolder(dirname(path));
  try {
    // Level by level: a recursive mkdir reports ENOENT where a folder above is not writable.
    mkdirSync(path);
  } catch (error) {
    throw new FileError(`${path}: cannot be created; ${remedy(path, error)}`, { cause: error });
  }
}
