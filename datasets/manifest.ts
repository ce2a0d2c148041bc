import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dimensionsOf, hashPixels, type Image, type NamedImage, toGrey } from '@nlrn/data';
import { loadFolder } from '@nlrn/data/node';

/** What is known of an image without having it. */
export interface Entry {
  readonly name: string;
  /** Such as `321 x 481`, or `512 x 512 x 3` in colour. */
  readonly size: string;
  /** See `hashPixels`. */
  readonly hash: string;
}

const FOLDER = join(import.meta.dirname, 'manifests');

export const manifestPath = (name: string) => join(FOLDER, `${name}.txt`);

export function readManifest(name: string): Entry[] {
  return readFileSync(manifestPath(name), 'utf8').trimEnd().split('\n').map(parseEntry);
}

/** A grey image that a file stores as colour is grey, as `loadFolder` has it. */
export function entryOf({ name, image }: NamedImage): Entry {
  const pixels = hasColor(image) ? image : toGrey(image);
  return { name, size: dimensionsOf(pixels), hash: hashPixels(pixels) };
}

/** The entries of a folder's PNG images, in colour where they are. */
export function entriesOf(folder: string): Entry[] {
  return loadFolder(folder, { grey: false }).images.map(entryOf);
}

/** A line of a manifest: `<hash> <size> <name>`. */
export function formatEntry({ name, size, hash }: Entry): string {
  return `${hash} ${size} ${name}`;
}

function parseEntry(line: string): Entry {
  const [, hash, size, name] = /^(\w{64}) (\d+ x \d+(?: x 3)?) (.+)$/.exec(line)!;
  return { name: name!, size: size!, hash: hash! };
}

function hasColor({ channels, data }: Image): boolean {
  return channels === 3 && data.some((value, i) => value !== data[i - (i % 3)]);
}
