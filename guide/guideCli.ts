import { readFileSync } from 'node:fs';
import { basename, relative } from 'node:path';
import { type Cli, type Command, isUserError, onInterrupt, UserError } from '@nlrn/cli';
import { replaceFile } from '@nlrn/files';
import type { InferredOptionTypes, Options } from 'yargs';
import { type Chapter, chapterNumbered, chaptersIn, GUIDE, titleOf } from './lib/chapters.ts';
import { answerOf, exercisesOf, faultOfAnswer } from './lib/exercises.ts';
import { shownIn, stale, withResults } from './lib/results.ts';
import { blocksWithin, runChapter } from './lib/runChapter.ts';
import { watchFile } from './lib/watchFile.ts';

const runOptions = {
  watch: {
    type: 'boolean',
    default: false,
    describe: 'Run again at each change of the chapter, until Ctrl-C',
  },
  update: {
    type: 'boolean',
    default: false,
    describe: 'Write what is printed into the chapter, as its results',
  },
} as const satisfies Record<string, Options>;

type RunArguments = InferredOptionTypes<typeof runOptions> & { chapter?: string | undefined };

const runCommand: Command<RunArguments> = {
  command: '$0 [chapter]',
  describe: 'Run the code of a chapter and print its results; without a number, list the chapters',
  options: runOptions,
  builder: (yargs) =>
    yargs
      .positional('chapter', { type: 'string', describe: 'Number of a chapter' })
      .example('$0', 'the chapters and their titles')
      .example('$0 3', 'the results of chapter 3')
      .example('$0 3 --watch', 'again whenever guide/03-….md is saved')
      .example('$0 --update 3', 'its results, written into it'),
  handler: run,
};

async function run({ chapter: number, watch, update }: RunArguments): Promise<void> {
  if (number === undefined) {
    if (watch || update)
      throw new UserError(`--${watch ? 'watch' : 'update'}: needs the number of a chapter`);
    for (const chapter of chaptersIn()) console.log(`${chapter.number}  ${titleOf(chapter)}`);
    return;
  }
  const chapter = chapterNumbered(number);
  if (!watch) return show(chapter, update);
  const interrupt = onInterrupt('stopping');
  const again = async () => {
    await show(chapter, update).catch((error: Error) => {
      if (!isUserError(error)) throw error;
      console.log(error.message);
    });
    console.log(`-- waiting for changes of ${fileOf(chapter)}; Ctrl-C stops`);
  };
  try {
    await again();
    await watchFile(chapter.path, again, interrupt.signal);
  } finally {
    interrupt.release();
  }
}

/** Runs a chapter and prints its results, each below the place of its code. */
async function show(chapter: Chapter, update: boolean): Promise<void> {
  const markdown = readFileSync(chapter.path, 'utf8');
  const shown = shownIn(markdown, blocksWithin(markdown, chapter.path));
  const printed = await runChapter(chapter);
  for (const [line, text] of printed) {
    if (text !== '') console.log(`-- ${fileOf(chapter)}:${line}\n${text}\n`);
  }
  const wrong = stale(shown, printed);
  if (wrong.length === 0) return void console.log('-- all as the chapter has it');
  if (!update) {
    const places = wrong.map((line) => `${fileOf(chapter)}:${line}`).join(', ');
    return void console.log(`-- differs from what the chapter has: ${places}; --update writes it there`);
  }
  const written = withResults(markdown, shown, printed);
  replaceFile(chapter.path, [Buffer.from(written)]);
  console.log(`-- ${wrong.length} results written into ${fileOf(chapter)}`);
  // Results that tell lines of the chapter have moved with them.
  if (written.split('\n').length !== markdown.split('\n').length) await show(chapter, update);
}

function fileOf({ path }: Chapter): string {
  return `guide/${basename(path)}`;
}

const checkCommand: Command<{ chapter: string }> = {
  command: 'check <chapter>',
  describe: 'Check your answers to the exercises of a chapter; the first time, lay out files for them',
  options: {},
  builder: (yargs) =>
    yargs
      .positional('chapter', { type: 'string', demandOption: true, describe: 'Number of a chapter' })
      .example('$0 check 2', 'the answers in guide/answers/2.1.ts, 2.2.ts, …'),
  handler: check,
};

async function check({ chapter: number }: { chapter: string }): Promise<void> {
  for (const exercise of exercisesOf(chapterNumbered(number))) {
    const answer = answerOf(exercise);
    const file = `guide/${relative(GUIDE, answer).replaceAll('\\', '/')}`;
    const isBegun = readFileSync(answer, 'utf8') !== exercise.start;
    const fault = isBegun ? await faultOfAnswer(exercise, answer) : 'yours to write';
    console.log(`${exercise.name}  ${fault === undefined ? 'right' : `${file}: ${fault}`}`);
    if (fault !== undefined) process.exitCode = 1;
  }
}

/** `pnpm guide` */
export const guideCli: Cli = {
  name: 'pnpm guide',
  summary: 'The guide to automatic differentiation: runs its chapters and checks its exercises',
  commands: [runCommand, checkCommand],
};
