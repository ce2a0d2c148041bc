import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import {
  decodePicture,
  encodePicture,
  formatOf,
  formatOfBytes,
  isJpeg,
  namesIn,
  type Picture,
  type PictureFormat,
} from '@nlrn/data/node';
import { checkWritable, makeFolder, readBytes, replaceFile } from '@nlrn/files';
import type { Argv } from 'yargs';
import { PIPE, userPath } from '../options.ts';
import { checkUnused } from '../overwrite.ts';
import { UserError } from '../userError.ts';

/** Adds what `jobsOf` takes to a command's arguments. */
export function picturesOf<T>(yargs: Argv<T>) {
  return yargs
    .positional('input', { type: 'string', demandOption: true, describe: 'Picture, folder, or - for a pipe' })
    .positional('output', { type: 'string', demandOption: true, describe: 'The same, to write' });
}

/** A picture that is to be read, and where the restored one goes. */
export interface Job {
  readonly name: string;
  /** Where it goes, for messages */
  readonly to: string;
  /** As what it is written; through a pipe as what was read */
  format(): PictureFormat;
  read(): Promise<Picture>;
  write(picture: Picture): Promise<void>;
  /** Writes the bytes that were read, unless the format is to be another: false, and nothing is written. */
  copy(): Promise<boolean>;
}

/**
 * The pictures of an input and an output: two files, two folders, or pipes.
 *
 * Throws UserError, before any work, for an input that is not there, an output that cannot be written or would be
 * overwritten without `force`, and a folder without pictures.
 */
export function jobsOf(input: string, output: string, force: boolean): Job[] {
  const from = input === PIPE ? PIPE : userPath(input);
  if (from !== PIPE && isFolder(from)) return folderJobs(from, output, force);
  const source = from === PIPE ? pipeSource() : fileSource(from);
  return [jobOf(source, output === PIPE ? pipeTarget(source) : fileTarget(userPath(output), from, force))];
}

/** Where bytes come from. */
interface Source {
  readonly name: string;
  readonly path: string;
  /** Undefined where neither its name nor, as yet, its bytes say it */
  format(): PictureFormat | undefined;
  bytes(): Promise<Buffer>;
}

/** Where bytes go. */
interface Target extends Pick<Job, 'to' | 'format'> {
  put(parts: readonly Uint8Array[]): void;
}

function jobOf({ name, path, bytes }: Source, { put, ...target }: Target): Job {
  return {
    name,
    ...target,
    read: async () => decodePicture(path, await bytes()),
    write: async (picture) => put(encodePicture(target.to, picture, target.format())),
    copy: async () => {
      const read = await bytes();
      const stays = isJpeg(formatOfBytes(read)) === isJpeg(target.format());
      if (stays) put([read]);
      return stays;
    },
  };
}

function pipeSource(): Source {
  const name = 'standard input';
  let read: Buffer | undefined;
  return {
    name,
    path: name,
    format: () => read && formatOfBytes(read),
    bytes: async () => {
      read ??= await buffer(process.stdin);
      return read;
    },
  };
}

function fileSource(path: string): Source {
  const bytes = async () => readBytes(path, 'a PNG or JPEG image');
  return { name: basename(path), path, format: () => formatOf(path), bytes };
}

function pipeTarget(source: Source): Target {
  const put = (parts: readonly Uint8Array[]) => {
    for (const part of parts) process.stdout.write(part);
  };
  return { to: 'standard output', format: () => source.format() ?? 'png', put };
}

function fileTarget(to: string, from: string, force: boolean): Target {
  const format = formatOf(to);
  if (!format) throw new UserError(`output ${to}: its name must end in .png, .jpg or .jpeg`);
  if (isFolder(to)) throw new UserError(`output ${to}: is a folder, name a file`);
  const folder = dirname(to);
  if (!existsSync(folder))
    throw new UserError(`output ${to}: the folder ${folder} does not exist, create it first`);
  const checkFree = () => {
    if (!force) checkUnused('output', to, from);
  };
  checkFree();
  checkWritable(to);
  const put = (parts: readonly Uint8Array[]) => {
    // Another one may have appeared: on a disk that does not tell a.png from A.png, the picture before.
    checkFree();
    replaceFile(to, parts);
  };
  return { to, format: () => format, put };
}

/** A picture's name; those that begin with a dot are left out, as by `*.png`: macOS puts such companions beside files. */
const PICTURE = /^[^.].*\.(png|jpe?g)$/is;

function folderJobs(from: string, output: string, force: boolean): Job[] {
  if (output === PIPE) throw new UserError(`output -: the pictures of a folder go to a folder; name one`);
  const to = userPath(output);
  if (existsSync(to) && !isFolder(to)) throw new UserError(`output ${to}: is a file, name a folder`);
  const names = namesIn(from, PICTURE).filter((name) => !isFolder(join(from, name)));
  if (names.length === 0) throw new UserError(`input ${from}: no PNG or JPEG file in this folder`);
  makeFolder(to);
  return names.map((name) =>
    jobOf(fileSource(join(from, name)), fileTarget(join(to, name), join(from, name), force)),
  );
}

/** False for what is not there, as a link that leads nowhere or to itself, and for what may not be looked at. */
function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
