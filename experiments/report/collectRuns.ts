import { join } from 'node:path';
import { makeFolder } from '@nlrn/files';
import { copyPictures, type Listeners } from '../lib/copyRuns.ts';
import { readRuns, runFile, wholeRun, writeRun } from '../lib/runFiles.ts';

/**
 * Copies the runs of another preset's folder, with their pictures, into this one; returns how many are new here.
 *
 * A run that is here already stays as it is, unless it is damaged: then it is kept aside, and the other takes its place.
 */
export function collectRuns(from: string, folder: string, { leaveOut, say }: Listeners): number {
  const missing = readRuns(from, leaveOut).filter((run) => !wholeRun(runFile(folder, run), say));
  for (const name of ['runs', 'crops']) makeFolder(join(folder, name));
  for (const run of missing) {
    copyPictures(run, from, folder);
    writeRun(folder, run);
  }
  return missing.length;
}
