import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import {
  decodePicture,
  encodePicture,
  formatOf,
  formatOfBytes,
  isJpeg,
  lostInJpeg,
  namesIn,
  type Picture,
  type PictureFormat,
} from '@nlrn/data/node';
import { checkWritable, FileError, isFolder, makeFolder, readBytes, replaceFile } from '@nlrn/files';
import type { Argv } from 'yargs';
import { PIPE } from '../checkValues.ts';
import { userPath } from '../options.ts';
import { checkUnused, isSameFile } from '../overwrite.ts';
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
  /** As what it is written; through a pipe as what was read, once it has been */
  format(): PictureFormat;
  read(): Promise<Picture>;
  /** Throws OutputError where nothing can be written, as on a disk that is full. */
  write(picture: Picture): Promise<void>;
  /** Writes the bytes that were read, unless the format is to be another: false, and nothing is written. Throws as `write`. */
  copy(): Promise<boolean>;
}

/** What is said where all pictures are there already. */
export const NOTHING_TO_DO = 'nothing to do: what would be written is there already, and --keep leaves it';

/** What ends the work on all pictures, as it would go wrong for each. */
export class OutputError extends UserError {
  override name = 'OutputError';
}

/** What becomes of pictures that are there already: without either the command ends. */
export interface Existing {
  /** They are overwritten */
  readonly force: boolean;
  /** They are left, and have no job */
  readonly keep: boolean;
}

/**
 * The pictures of an input and an output: two files, two folders, or pipes.
 *
 * Throws UserError, before any work, for an input that is not there, an output that cannot be written or would be
 * overwritten without `force`, and a folder without pictures.
 */
export function jobsOf(input: string, output: string, existing: Existing): Job[] {
  if (existing.force && existing.keep)
    throw new UserError('--keep leaves what --force overwrites; leave one of them out');
  const from = input === PIPE ? PIPE : userPath(input);
  if (from !== PIPE && isMissing(from))
    throw new UserError(`input ${from}: no such file or folder; check the path`);
  if (from !== PIPE && isFolder(from)) return folderJobs(from, output, existing);
  const source = from === PIPE ? pipeSource() : fileSource(from);
  if (output === PIPE) {
    if (existing.keep) throw new UserError('--keep: does nothing where the output is -; leave it out');
    return [jobOf(source, pipeTarget(source))];
  }
  const to = userPath(output);
  checkTarget(to);
  return isKept(to, from, existing) ? [] : [jobOf(source, fileTarget(to, from, existing))];
}

/** Whether a picture is there and to be left; the input itself is none that was made. */
function isKept(to: string, from: string, { keep }: Existing): boolean {
  return keep && existsSync(to) && !isSameFile(from, to);
}

/** Where bytes come from. */
interface Source {
  readonly name: string;
  readonly path: string;
  /** What its bytes say; undefined before they are read */
  format(): PictureFormat | undefined;
  bytes(): Promise<Uint8Array>;
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
    write: async (picture) => {
      const lost = isJpeg(target.format()) ? lostOf(name, picture) : [];
      if (lost.length > 0)
        process.stderr.write(
          `${target.to}: a JPEG does not keep ${lost.join(' nor ')}; write a PNG to keep all\n`,
        );
      put(encodePicture(target.to, picture, target.format()));
    },
    copy: async () => {
      const read = await bytes();
      const stays = isJpeg(formatOfBytes(read)) === isJpeg(target.format());
      if (stays) put([read]);
      return stays;
    },
  };
}

/** What a JPEG does not keep of a picture. */
function lostOf(name: string, picture: Picture): string[] {
  const told = lostInJpeg(picture);
  return [
    ...(told === undefined ? [] : [`what ${name} says of its colours (${told}), which may look different`]),
    ...(picture.alpha?.some((value) => value < 1)
      ? [`the transparency of ${name}, which becomes white`]
      : []),
    ...(picture.bitDepth === 16 ? [`the 16 bits of ${name}, of which 8 stay`] : []),
  ];
}

function sourceOf(name: string, path: string, read: () => Promise<Uint8Array>): Source {
  let format: PictureFormat | undefined;
  const bytes = async () => {
    const whole = await read();
    format = formatOfBytes(whole);
    return whole;
  };
  return { name, path, format: () => format, bytes };
}

function pipeSource(): Source {
  const name = 'standard input';
  let whole: Promise<Uint8Array> | undefined;
  return sourceOf(name, name, () => {
    whole ??= buffer(process.stdin);
    return whole;
  });
}

function fileSource(path: string): Source {
  return sourceOf(basename(path), path, async () => readBytes(path, 'a PNG or JPEG image'));
}

function pipeTarget(source: Source): Target {
  const put = (parts: readonly Uint8Array[]) => {
    for (const part of parts) process.stdout.write(part);
  };
  return { to: 'standard output', format: () => source.format() ?? 'png', put };
}

/** Throws UserError for what is no name of a picture, or has no place; what its ending says else. */
function checkTarget(to: string): PictureFormat {
  if (isFolder(to)) throw new UserError(`output ${to}: is a folder, name a file`);
  const format = formatOf(to);
  if (!format) throw new UserError(`output ${to}: its name must end in .png, .jpg or .jpeg`);
  const folder = dirname(to);
  if (!existsSync(folder))
    throw new UserError(`output ${to}: the folder ${folder} does not exist, create it first`);
  return format;
}

function fileTarget(
  to: string,
  from: string,
  { force, keep }: Existing,
  { another = 'name another file', keeping = '' } = {},
): Target {
  const format = checkTarget(to);
  const remedy = keep
    ? `${another}, or --force in place of --keep to overwrite it`
    : `${another}${keeping}, or --force to overwrite it`;
  const checkFree = () => {
    if (!force) checkUnused('output', to, from, remedy);
  };
  checkFree();
  checkWritable(to);
  const put = (parts: readonly Uint8Array[]) => {
    // Another one may have appeared: on a disk that does not tell a.png from A.png, the picture before.
    checkFree();
    try {
      replaceFile(to, parts);
    } catch (error) {
      throw error instanceof FileError ? new OutputError(error.message, { cause: error }) : error;
    }
  };
  return { to, format: () => format, put };
}

/** A picture's name; those that begin with a dot are left out, as by `*.png`: macOS puts such companions beside files. */
const PICTURE = /^[^.].*\.(png|jpe?g)$/is;

const FOLDER_REMEDY = {
  another: 'name another folder',
  keeping: ', --keep to do only what is not there yet',
};

function folderJobs(from: string, output: string, existing: Existing): Job[] {
  if (output === PIPE) throw new UserError(`output -: the pictures of a folder go to a folder; name one`);
  const to = userPath(output);
  if (existsSync(to) && !isFolder(to)) throw new UserError(`output ${to}: is a file, name a folder`);
  const names = namesIn(from, PICTURE).filter((name) => !isFolder(join(from, name)));
  if (names.length === 0) throw new UserError(`input ${from}: no PNG or JPEG file in this folder`);
  makeFolder(to);
  return names
    .map((name) => ({ source: join(from, name), target: join(to, name) }))
    .filter(({ source, target }) => {
      checkTarget(target);
      return !isKept(target, source, existing);
    })
    .map(({ source, target }) =>
      jobOf(fileSource(source), fileTarget(target, source, existing, FOLDER_REMEDY)),
    );
}

/** Whether nothing is there, or a link that leads nowhere; not for what may not be looked at. */
function isMissing(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) === undefined;
  } catch {
    return false;
  }
}
