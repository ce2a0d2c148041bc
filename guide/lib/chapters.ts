import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { UserError } from '@nlrn/cli';

export const GUIDE = join(import.meta.dirname, '..');

/** A chapter of the guide: a file such as `03-grad.md`. */
export interface Chapter {
  readonly number: number;
  readonly path: string;
  /** The file's name without its ending */
  readonly name: string;
}

/** The chapters of a folder, by their numbers. */
export function chaptersIn(folder = GUIDE): Chapter[] {
  const names = readdirSync(folder).filter((name) => /^\d\d-.*\.md$/.test(name));
  return names.sort().map((name) => ({
    number: Number(name.slice(0, 2)),
    path: join(folder, name),
    name: basename(name, '.md'),
  }));
}

/** The chapter of a number. Throws UserError if there is none. */
export function chapterNumbered(number: string, folder = GUIDE): Chapter {
  const chapters = chaptersIn(folder);
  const found = chapters.find((chapter) => chapter.number === Number(number));
  if (found) return found;
  throw new UserError(`${number}: no such chapter; they are 1 to ${chapters.at(-1)?.number}`);
}

/** What the chapter is called: its first heading. */
export function titleOf({ path }: Chapter): string {
  return /^# (.*)$/m.exec(readFileSync(path, 'utf8'))?.[1] ?? '';
}
