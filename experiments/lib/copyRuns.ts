import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '@nlrn/files';
import { counted } from './numbers.ts';

/** Who is told of damaged files. */
export interface Listeners {
  /** Of those of the other folder, which are left out */
  readonly leaveOut: (line: string) => void;
  /** Of those here, which are kept aside */
  readonly say: (line: string) => void;
}

/** A detail's pictures, their paths relative to the folder. */
interface Crop {
  readonly noisy?: string | undefined;
  readonly restored: string;
  readonly truth: string;
}

/** Copies a run's pictures from one folder to another. They come before the run: one that is here is here whole. */
export function copyPictures({ crops }: { readonly crops: readonly Crop[] }, from: string, to: string): void {
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

/** What is said of the runs that were copied from another folder. */
export function newHere(other: string, count: number): string {
  return `${other}: ${counted(count, 'run')} that ${count === 1 ? 'was' : 'were'} not here`;
}
