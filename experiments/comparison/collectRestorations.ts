import { join } from 'node:path';
import { makeFolder } from '@nlrn/files';
import { copyPictures, type Listeners } from '../lib/copyRuns.ts';
import { readRestorationFiles, wholeRestoration, writeRestoration } from './restorationFiles.ts';

/**
 * Copies the runs of another folder of comparisons, with their pictures, into this one; returns how many are new here.
 *
 * A run that is here already stays as it is, unless it is damaged: then it is kept aside, and the other takes its place.
 */
export function collectRestorations(from: string, folder: string, { leaveOut, say }: Listeners): number {
  const fileOf = (name: string) => join(folder, 'runs', name);
  const missing = readRestorationFiles(from, leaveOut).filter(
    ({ name }) => !wholeRestoration(fileOf(name), say),
  );
  for (const name of ['runs', 'crops']) makeFolder(join(folder, name));
  for (const { name, run } of missing) {
    copyPictures(run, from, folder);
    writeRestoration(fileOf(name), run);
  }
  return missing.length;
}
