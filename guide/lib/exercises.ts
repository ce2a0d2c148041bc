import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
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
  /** Imports the answer from `#answer`; what must not compile is below a line `// @ts-expect-error` with the reason */
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
export async function faultOfAnswer(exercise: Exercise, answer: string): Promise<string | undefined> {
  const { name, check } = exercise;
  mkdirSync(BUILD, { recursive: true });
  const file = join(BUILD, `check-${name}-${unique++}.ts`);
  const address = JSON.stringify(`${pathToFileURL(answer).href}?${unique}`);
  writeFileSync(
    file,
    check.replaceAll("'#answer'", () => address),
  );
  try {
    await import(pathToFileURL(file).href);
  } catch (error) {
    return placed(error as Error, answer);
  }
  return check.includes(EXPECTED_ERROR) ? faultOfTypes(exercise, answer) : undefined;
}

const EXPECTED_ERROR = '// @ts-expect-error ';

/** What the compiler says of an answer with its check: the reason why a line must not compile, if it does, or an error. */
function faultOfTypes({ name, check }: Exercise, answer: string): string | undefined {
  const folder = join(BUILD, `types-${name}-${unique++}`);
  mkdirSync(folder, { recursive: true });
  const address = JSON.stringify(relative(folder, answer).replaceAll('\\', '/'));
  writeFileSync(
    join(folder, 'check.ts'),
    check.replaceAll("'#answer'", () => address),
  );
  const config = { extends: relative(folder, join(GUIDE, 'tsconfig.json')), include: ['check.ts'] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const { stdout, error } = spawnSync('tsc', ['--noEmit', '--pretty', 'false', '-p', folder], {
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (error) throw error;
  const faults = [...stdout.matchAll(/^(.*)\((\d+),\d+\): error (TS.*)$/gm)];
  const own = faults.find(([, file]) => basename(file!) === basename(answer));
  if (own) return `${own[3]} (line ${own[2]})`;
  const compiles = faults.find(([, , , message]) => message!.startsWith('TS2578'));
  if (compiles) return check.split('\n')[Number(compiles[2]) - 1]!.split(EXPECTED_ERROR)[1];
  return faults[0]?.[3];
}

/** Modules that were imported once are not read again. */
let unique = 0;

/** What an error says, in a line, and the line of the answer at which it was thrown, or which cannot be read. */
function placed({ message, stack = '' }: Error, answer: string): string {
  const line = stack.split(basename(answer))[1]?.match(/^(?:\?\d+)?:(\d+)/)?.[1];
  const unread = /ERROR: (.*)/.exec(message)?.[1];
  return `${unread ?? message.split('\n')[0]}${line ? ` (line ${line})` : ''}`;
}

/** The file of the reader's answer, made with what there is to begin with if it is not there yet. */
export function answerOf({ name, start }: Exercise, folder = ANSWERS): string {
  const file = join(folder, `${name}.ts`);
  mkdirSync(folder, { recursive: true });
  if (!existsSync(file)) writeFileSync(file, start);
  return file;
}
