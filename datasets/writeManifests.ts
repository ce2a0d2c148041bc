/**
 * Writes the manifests from folders of the sets, once and for all:
 *
 *   node --import tsx datasets/writeManifests.ts FOLDER
 *
 * FOLDER has a folder of each set's name. A manifest states facts, names, sizes and hashes, and no pixels.
 */
import { join } from 'node:path';
import { replaceFile } from '@nlrn/files';
import { SETS } from './catalogue.ts';
import { entriesOf, formatEntry, manifestPath } from './manifest.ts';

const [folder = '.'] = process.argv.slice(2);
for (const { name } of SETS) {
  const lines = entriesOf(join(folder, name)).map((entry) => `${formatEntry(entry)}\n`);
  replaceFile(manifestPath(name), [Buffer.from(lines.join(''))]);
  console.log(`${name}: ${lines.length} images`);
}
