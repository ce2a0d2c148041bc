import { constants } from 'node:buffer';
import { readFileSync, statSync } from 'node:fs';
import { FileError } from './fileError.ts';

/** Largest file that is read, and largest that is read as a text: Node's own limits. */
const MAX_BYTES = 2 ** 31 - 1;
const MAX_TEXT = constants.MAX_STRING_LENGTH;

/**
 * All bytes of a file, which should be `kind`, such as "a PNG image".
 *
 * Throws FileError, with the file's name for the user and the remedy, when it is missing, a folder, without an end, too
 * large or not to be read.
 */
export function readBytes(path: string, kind: string, name = path): Uint8Array {
  return read(path, kind, MAX_BYTES, name);
}

/** The text of a file in UTF-8; throws as `readBytes` does. */
export function readText(path: string, kind: string): string {
  return read(path, kind, MAX_TEXT, path).toString('utf8');
}

function read(path: string, kind: string, most: number, name: string): Buffer {
  try {
    checkFile(path, kind, most, name);
    return readFileSync(path);
  } catch (error) {
    throw error instanceof FileError
      ? error
      : new FileError(`${name}: ${readRemedy(error as NodeJS.ErrnoException)}`, { cause: error });
  }
}

function checkFile(path: string, kind: string, most: number, name: string): void {
  const status = statSync(path);
  if (status.isDirectory()) throw new FileError(`${name}: a folder, not ${kind}`);
  if (!status.isFile())
    throw new FileError(`${name}: a device or pipe, not ${kind}; copy what it gives to a file`);
  if (status.size > most) {
    throw new FileError(`${name}: has ${gigabytes(status.size)}, at most ${gigabytes(most)} are read`);
  }
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(2)} GB`;
}

function readRemedy({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return 'no such file; check the path';
  if (code === 'EACCES' || code === 'EPERM') return 'cannot be read; check its permissions';
  return `cannot be read: ${message}`;
}
