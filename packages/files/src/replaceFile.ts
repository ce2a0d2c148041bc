import {
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { FileError } from './fileError.ts';
import { remedy } from './remedy.ts';
import { discard, temporaryName } from './temporaryFiles.ts';

/**
 * Writes a file that appears whole or not at all, even if the process or the machine stops meanwhile.
 *
 * The parts go to another name in the same folder, reach the disk, and are renamed; a file of the same name stays
 * untouched until then, and leaves its permissions to the new one. `readBack` reads what has been written, and throws if it could not be used.
 * Throws FileError, naming the path and the remedy, when that cannot be done, and what `readBack` throws.
 */
export function replaceFile(
  path: string,
  parts: readonly Uint8Array[],
  readBack: (written: string) => void = () => {},
): void {
  const temporary = temporaryName(path);
  try {
    writeThrough(temporary, parts, permissionsOf(path));
    readBack(temporary);
    renameSync(temporary, path);
  } catch (error) {
    discard(temporary);
    throw error instanceof FileError ? error : unwritable(path, error);
  }
}

/** Throws FileError unless a file can be created at `path`: to be asked before hours of work, not after. */
export function checkWritable(path: string): void {
  const temporary = temporaryName(path);
  try {
    closeSync(openSync(temporary, 'w'));
    rmSync(temporary);
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** Who may read and write a file; undefined if there is none. */
function permissionsOf(path: string): number | undefined {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode;
  return mode === undefined ? undefined : mode & 0o777;
}

/** The permissions come first: what only some may read is at no time for all. */
function writeThrough(path: string, parts: readonly Uint8Array[], permissions: number | undefined): void {
  const file = openSync(path, 'w', permissions);
  try {
    // Opening leaves out what the process's umask has.
    if (permissions !== undefined) fchmodSync(file, permissions);
    for (const part of parts) writeFileSync(file, part);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function unwritable(path: string, error: unknown): FileError {
  return new FileError(`${path}: cannot be written; ${remedy(path, error)}`, { cause: error });
}
