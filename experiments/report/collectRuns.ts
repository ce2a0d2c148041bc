import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder, replaceFile } from '@nlrn/files';
import type { Run } from '../lib/results.ts';
import { readRuns, runFile, writeRun } from '../lib/runFiles.ts';

/**
 * Copies the runs of another preset's folder, with their pictures, into this one; returns how many are new here.
 *
 * A run that is here already stays as it is. `say` is told of damaged files.
 */
export function collectRuns(from: string, folder: string, say: (line: string) => void): number {
  const missing = readRuns(from, say).filter((run) => !existsSync(runFile(folder, run)));
  for (const name of ['runs', 'crops']) makeFolder(join(folder, name));
  for (const run of missing) {
    // The pictures come first: a run that is here is here whole.
    for (const path of picturesOf(run)) copyPicture(join(from, path), join(folder, path));
    writeRun(folder, run);
  }
  return missing.length;
}

function picturesOf({ crops }: Run): string[] {
  return crops.flatMap(({ noisy, restored, truth }) => [noisy, restored, truth]);
}

/** A link may lead anywhere: only what is a file itself is copied. */
function copyPicture(from: string, to: string): void {
  const isFile = lstatSync(from, { throwIfNoEntry: false })?.isFile() ?? false;
  if (isFile && !existsSync(to)) replaceFile(to, [readFileSync(from)]);
}
