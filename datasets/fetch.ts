import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '@nlrn/cli';
import { decodePicture, overWhite, readPng, writePng } from '@nlrn/data/node';
import { makeFolder } from '@nlrn/files';
import type { KnownSet, Source } from './catalogue.ts';
import { download } from './download.ts';
import { type Entry, entryOf } from './manifest.ts';

/** Where the files of public repositories are. */
export const PUBLIC_PLACE = 'https://raw.githubusercontent.com';

export interface FetchOptions {
  readonly set: KnownSet;
  readonly manifest: readonly Entry[];
  /** Where the images go; it is created. */
  readonly folder: string;
  /** The place of the repositories: `<from>/<owner>/<name>/HEAD/<folder>/<file>`. */
  readonly from: string;
  /** When it is aborted, the images that are there stay. */
  readonly signal?: AbortSignal | undefined;
  /** Called at first and after each image. */
  readonly onImage?: (done: number, total: number) => void;
}

/**
 * Fetches the images of a set that a folder does not have, one by one, each checked by its pixels' hash.
 *
 * An image appears whole and right, or not at all: the same call goes on where another was stopped. Returns whether
 * all are there, which is false after an abort. Throws UserError, naming the address or file, when the place cannot be
 * reached, when an image there is another than the paper's, and when the folder has another file of an image's name.
 */
export async function fetchSet(options: FetchOptions): Promise<boolean> {
  const { set, manifest, folder, signal, onImage } = options;
  makeFolder(folder);
  const wanted = manifest.filter((entry) => !isThere(join(folder, entry.name), entry, set));
  let done = manifest.length - wanted.length;
  onImage?.(done, manifest.length);
  for (const entry of wanted) {
    if (signal?.aborted) break;
    if (!(await fetchImage(entry, options))) break;
    done++;
    onImage?.(done, manifest.length);
  }
  return done === manifest.length;
}

/** `https://…/cszn/DnCNN/HEAD/testsets/Set12/01.png` */
export function addressOf(
  name: string,
  { repository, folder, fileOf = (same) => same }: Source,
  from: string,
): string {
  const path = [repository, 'HEAD', folder, fileOf(name)].join('/');
  return `${from.replace(/\/$/, '')}/${path.split('/').map(encodeURIComponent).join('/')}`;
}

/** Returns whether the image was written, which is false after an abort. */
async function fetchImage(entry: Entry, { set, folder, from, signal }: FetchOptions): Promise<boolean> {
  const address = addressOf(entry.name, set.source, from);
  const bytes = await download(address, signal);
  if (!bytes) return false;
  const { convert = (same) => same } = set.source;
  const image = convert(overWhite(decodePicture(address, bytes)));
  if (entryOf({ name: entry.name, image }).hash !== entry.hash)
    throw new UserError(
      `${address}: not the image ${entry.name} of ${set.name} that the paper used; nothing is written`,
    );
  writePng(join(folder, entry.name), image);
  return true;
}

/** Throws UserError for another image of the same name, which is not overwritten. */
function isThere(path: string, entry: Entry, { name }: KnownSet): boolean {
  if (!existsSync(path)) return false;
  if (entryOf({ name: entry.name, image: readPng(path) }).hash === entry.hash) return true;
  throw new UserError(
    `${path}: is not the image of that name of ${name}; move it away, nothing is overwritten`,
  );
}
