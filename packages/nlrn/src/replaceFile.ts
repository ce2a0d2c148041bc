import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { UserError } from './userError.ts';

/**
 * Writes a file that appears whole or not at all, even if the process or the machine stops meanwhile.
 *
 * The parts go to another name in the same folder, reach the disk, and are renamed; a file of the same name stays
 * untouched until then. Throws UserError, naming the path and the remedy, when that cannot be done.
 */
export function replaceFile(path: string, parts: readonly Uint8Array[]): void {
  const temporary = temporaryName(path);
  try {
    writeThrough(temporary, parts);
    renameSync(temporary, path);
  } catch (error) {
    if (existsSync(temporary)) rmSync(temporary);
    throw unwritable(path, error);
  }
}

/** Throws UserError unless a file can be created at `path`: to be asked before hours of work, not after. */
export function checkWritable(path: string): void {
  const temporary = temporaryName(path);
  try {
    closeSync(openSync(temporary, 'w'));
    rmSync(temporary);
  } catch (error) {
    throw unwritable(path, error);
  }
}

function temporaryName(path: string): string {
  return join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
}

function writeThrough(path: string, parts: readonly Uint8Array[]): void {
  const file = openSync(path, 'w');
  try {
    for (const part of parts) writeFileSync(file, part);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function unwritable(path: string, error: unknown): UserError {
  return new UserError(`${path}: cannot be written; ${remedy(path, error)}`, { cause: error });
}

function remedy(path: string, error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const folder = dirname(path);
  if (code === 'ENOENT') return `the folder ${folder} does not exist, create it first`;
  if (code === 'ENOTDIR') return `${folder} is not a folder`;
  if (code === 'EISDIR' || code === 'ENOTEMPTY' || code === 'EEXIST')
    return 'a folder of that name is in the way';
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return `the folder ${folder} is not writable`;
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'the disk is full, make room first';
  return message;
}
