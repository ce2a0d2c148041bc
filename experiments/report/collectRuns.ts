import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder, replaceFile } from '@nlrn/files';
import type { Restoration } from '../comparison/restoration.ts';
import type { Run } from '../lib/results.ts';
import { readRuns, runFile, wholeRun, writeRun } from '../lib/runFiles.ts';

/** Who is told of damaged files. */
export interface Listeners {
  /** Of those of the other folder, which are left out */
  readonly leaveOut: (line: string) => void;
  /** Of those here, which are kept aside */
  readonly say: (line: string) => void;
}

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

/** Copies a run's pictures from one folder to another. They come before the run: one that is here is here whole. */
export function copyPictures({ crops }: Pick<Run | Restoration, 'crops'>, from: string, to: string): void {
  for (const { noisy, restored, truth } of crops) {
    for (const path of [noisy, truth])
      if (path !== undefined && !existsSync(join(to, path))) copyPicture(join(from, path), join(to, path));
    // One that is here already was of a run that is not.
    copyPicture(join(from, restored), join(to, restored));
  }
}

/** A link may lead anywhere: only what is a file itself is copied. */
function copyPicture(from: string, to: string): void {
  const isFile = lstatSync(from, { throwIfNoEntry: false })?.isFile() ?? false;
  if (isFile) replaceFile(to, [readFileSync(from)]);
}
