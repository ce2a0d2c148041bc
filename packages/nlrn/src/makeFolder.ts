import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { remedy } from './fileRemedy.ts';
import { UserError } from './userError.ts';

/** Creates a folder and those above it. Throws UserError, naming what is in the way or cannot be written. */
export function makeFolder(path: string): void {
  if (existsSync(path)) {
    if (statSync(path).isDirectory()) return;
    throw new UserError(`${path}: is a file, name a folder`);
  }
  makeFolder(dirname(path));
  try {
    // Level by level: a recursive mkdir reports ENOENT where a folder above is not writable.
    mkdirSync(path);
  } catch (error) {
    throw new UserError(`${path}: cannot be created; ${remedy(path, error)}`, { cause: error });
  }
}
