import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '@nlrn/files';
import { copyPictures } from '../report/collectRuns.ts';
import { readRestorationFiles, writeRestoration } from './restoration.ts';

/**
 * Copies the runs of another folder of comparisons, with their pictures, into this one; returns how many are new here.
 *
 * A run that is here already stays as it is. `say` is told of damaged files.
 */
export function collectRestorations(from: string, folder: string, say: (line: string) => void): number {
  const fileOf = (name: string) => join(folder, 'runs', name);
  const missing = readRestorationFiles(from, say).filter(({ name }) => !existsSync(fileOf(name)));
  for (const name of ['runs', 'crops']) makeFolder(join(folder, name));
  for (const { name, run } of missing) {
    copyPictures(run, from, folder);
    writeRestoration(fileOf(name), run);
  }
  return missing.length;
}
