import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UserError } from '@nlrn/cli';
import type { Block } from './blocks.ts';
import { type Chapter, GUIDE } from './chapters.ts';
import { BUILD, blocksWithin } from './runChapter.ts';

/** Where the reader's answers are; not committed. */
export const ANSWERS = join(GUIDE, 'answers');

/** An exercise: what the reader begins with, a solution, and a module that throws unless an answer is right. */
export interface Exercise {
  /** `2.1` */
  readonly name: string;
  readonly start: string;
  readonly solution: string;
  /** Imports the answer from `#answer` */
  readonly check: string;
}

const ROLES = ['exercise', 'solution', 'check'];

/** The exercises of a chapter. Throws UserError, naming the line, unless each has all of its three parts in order. */
export function exercisesOf({ path, number }: Chapter): Exercise[] {
  const blocks = blocksWithin(readFileSync(path, 'utf8'), path).filter(({ role }) => ROLES.includes(role));
  const misplaced = blocks.find(({ role }, i) => role !== ROLES[i % 3]);
  const cut = blocks.length % 3 === 0 ? undefined : blocks.at(-1);
  const wrong = misplaced ?? cut;
  if (wrong)
    throw new UserError(
      `${basename(path)}:${wrong.start}: an exercise is three blocks, "ts exercise", "ts solution", "ts check"`,
    );
  const codeOf = (block: Block) => `${block.lines.join('\n')}\n`;
  return Array.from({ length: blocks.length / 3 }, (_, i) => {
    const [start, solution, check] = blocks.slice(3 * i, 3 * i + 3).map(codeOf) as [string, string, string];
    return { name: `${number}.${i + 1}`, start, solution, check };
  });
}

/** What became of an answer: undefined if it is right, else what is wrong with it. */
export async function faultOfAnswer({ name, check }: Exercise, answer: string): Promise<string | undefined> {
  mkdirSync(BUILD, { recursive: true });
  const file = join(BUILD, `check-${name}-${unique++}.ts`);
  const address = JSON.stringify(`${pathToFileURL(answer).href}?${unique}`);
  writeFileSync(
    file,
    check.replaceAll("'#answer'", () => address),
  );
  try {
    await import(pathToFileURL(file).href);
    return undefined;
  } catch (error) {
    return placed(error as Error, answer);
  }
}

/** Modules that were imported once are not read again. */
let unique = 0;

/** The first line of an error's message, and the line of the answer at which it was thrown. */
function placed({ message, stack = '' }: Error, answer: string): string {
  const line = stack.split(basename(answer))[1]?.match(/^(?:\?\d+)?:(\d+)/)?.[1];
  return `${message.split('\n')[0]}${line ? ` (line ${line})` : ''}`;
}

/** The file of the reader's answer, made with what there is to begin with if it is not there yet. */
export function answerOf({ name, start }: Exercise, folder = ANSWERS): string {
  const file = join(folder, `${name}.ts`);
  mkdirSync(folder, { recursive: true });
  if (!existsSync(file)) writeFileSync(file, start);
  return file;
}
