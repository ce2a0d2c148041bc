import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { FileError } from './fileError.ts';
import { remedy } from './remedy.ts';
import { slicesOf } from './slicesOf.ts';
import { discard, temporaryName } from './temporaryFiles.ts';

/**
 * Writes a file that appears whole or not at all, even if the process or the machine stops meanwhile.
 *
 * The parts go to another name in the same folder, reach the disk, and are renamed; a file of the same name stays
 * untouched until then, and leaves its permissions to the new one, and its owner as far as this process may; a link stays, and the file that it leads to is written.
 * `readBack` reads what has been written under the other name, and throws FileError, naming `path`, if it could not be used.
 * Throws that, and FileError, naming the path and the remedy, when the file cannot be written, or is none but a folder, a device or a pipe.
 */
export function replaceFile(
  path: string,
  parts: readonly Uint8Array[],
  readBack: (written: string) => void = () => {},
): void {
  const file = new Replacement(path);
  for (const part of parts) file.write(part);
  file.finish(readBack);
}

/**
 * A file that is written bit by bit as by `replaceFile`: it appears whole when it is finished, or not at all.
 *
 * What goes wrong before is thrown by `finish`: work that the file only accompanies need not stop for it.
 */
export class Replacement {
  readonly #path: string;
  readonly #target: string;
  readonly #temporary: string;
  #file: number | undefined;
  #fault: FileError | undefined;

  constructor(path: string) {
    this.#path = path;
    this.#target = targetOf(path);
    this.#temporary = temporaryName(this.#target);
    this.#attempt(() => {
      // The permissions come first: what only some may read is at no time for all.
      const replaced = fileAt(path);
      const permissions = replaced && replaced.mode & 0o777;
      this.#file = openSync(this.#temporary, 'w', permissions);
      // Opening leaves out what the process's umask has.
      if (permissions !== undefined) fchmodSync(this.#file, permissions);
      if (replaced) giveTo(replaced, this.#file);
    });
  }

  /** Adds bytes. */
  write(part: Uint8Array): void {
    this.#attempt(() => {
      for (const slice of slicesOf(part, MOST_BYTES)) writeFileSync(this.#file!, slice);
    });
  }

  /** Puts the file in its place, once `readBack` has read it. Throws as `replaceFile`. */
  finish(readBack: (written: string) => void = () => {}): void {
    this.#attempt(() => {
      fsyncSync(this.#file!);
      this.#close();
      readBack(this.#temporary);
      renameSync(this.#temporary, this.#target);
    });
    if (this.#fault) throw this.#fault;
  }

  /** Gives the file up: what was there before stays. */
  discard(): void {
    try {
      this.#close();
    } catch {
      // What is wrong with the disk has been said.
    }
    discard(this.#temporary);
  }

  /** Does a step, unless one before has failed. */
  #attempt(step: () => void): void {
    if (this.#fault) return;
    try {
      step();
    } catch (error) {
      this.#fault = error instanceof FileError ? error : unwritable(this.#path, error);
      this.discard();
    }
  }

  #close(): void {
    const file = this.#file;
    this.#file = undefined;
    if (file !== undefined) closeSync(file);
  }
}

/** Bytes that are written at once; Node takes no more than 2^31 - 1. */
const MOST_BYTES = 2 ** 30;

/** Throws FileError unless a file can be created, or replaced, at `path`: to be asked before hours of work, not after. */
export function checkWritable(path: string): void {
  const temporary = temporaryName(targetOf(path));
  try {
    fileAt(path);
    closeSync(openSync(temporary, 'w'));
    rmSync(temporary);
  } catch (error) {
    throw error instanceof FileError ? error : unwritable(path, error);
  }
}

/** The file that a path leads to, by whatever links; the path itself, which may be a link that leads nowhere, if there is none. */
function targetOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** The file that a path leads to; undefined if there is none. Throws FileError for what is no file. */
function fileAt(path: string): Stats | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found || found.isFile()) return found;
  const what = found.isDirectory() ? 'folder' : 'device or pipe';
  throw new FileError(`${path}: cannot be written; a ${what} of that name is in the way`);
}

/** Gives a file the owner and the group of another; where this process, or the file system, may not, it stays as it is. */
function giveTo({ uid, gid }: Stats, file: number): void {
  try {
    fchownSync(file, uid, gid);
  } catch {
    // Who writes a file owns it, as of any that is new.
  }
}

function unwritable(path: string, error: unknown): FileError {
  return new FileError(`${path}: cannot be written; ${remedy(targetOf(path), error)}`, { cause: error });
}
