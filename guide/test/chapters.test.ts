// Slow: runs the whole guide.

import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Chapter, chaptersIn, GUIDE } from '../lib/chapters.ts';
import { exercisesOf, faultOfAnswer } from '../lib/exercises.ts';
import { shownIn, stale } from '../lib/results.ts';
import { BUILD, blocksWithin, moduleOf, runChapter } from '../lib/runChapter.ts';

const chapters = chaptersIn();

/** The lines of a chapter's code whose result is not what stands below it. */
async function staleLines(chapter: Chapter): Promise<number[]> {
  const markdown = readFileSync(chapter.path, 'utf8');
  return stale(shownIn(markdown, blocksWithin(markdown, chapter.path)), await runChapter(chapter));
}

test('every chapter prints what stands in it', async () => {
  const waiting = [...chapters];
  const worker = async () => {
    for (let chapter = waiting.shift(); chapter; chapter = waiting.shift()) {
      const lines = await staleLines(chapter);
      assert.equal(lines, [], `guide/${chapter.name}.md:${lines[0]}: pnpm guide --update ${chapter.number}`);
    }
  };
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, worker));
});

test('of every exercise the solution is right, and what there is to begin with is not', async () => {
  const folder = join(BUILD, "a reader's $& answers");
  mkdirSync(folder, { recursive: true });
  for (const exercise of chapters.flatMap(exercisesOf)) {
    const [start, solution] = [
      join(folder, `${exercise.name}-start.ts`),
      join(folder, `${exercise.name}.ts`),
    ];
    writeFileSync(start, exercise.start);
    writeFileSync(solution, exercise.solution);
    assert.is(await faultOfAnswer(exercise, solution), undefined, exercise.name);
    assert.type(await faultOfAnswer(exercise, start), 'string', exercise.name);
  }
});

/** Of exercises: what of the solution is changed, to what, and what is then said. */
const NEARLY: readonly (readonly [name: string, from: string | RegExp, to: string, fault: RegExp])[] = [
  ['3.3', /const g = .*\n.*\n.*;\n/, 'return mul(grad(sum(y), [x])[0], v);\n', /^x times its sum changes by/],
  ['5.2', /\[0, \.\.\.(alive.*)\]\.sort.*/, '[0, Math.max(0, ...$1)];', /^the last one fits between/],
  ['6.1', '(r + c) / (r * c)', '2 / r', /^a block of 6 x 16 loads/],
  ['7.1', /\*\* step/g, '', /^in step 5 they lack less/],
  ['7.1', '1e-8);', '1e-8;', /^Expected "\)" but found ";" \(line \d\)$/],
];

test('an answer that is nearly right is told what is wrong with it', async () => {
  const exercises = chapters.flatMap(exercisesOf);
  for (const [name, from, to, fault] of NEARLY) {
    const exercise = exercises.find((one) => one.name === name)!;
    const answer = join(BUILD, `answer-${faults++}.ts`);
    writeFileSync(answer, exercise.solution.replace(from, to));
    assert.match(String(await faultOfAnswer(exercise, answer)), fault, name);
  }
});

test('of an exercise about types the compiler judges the answer, too', async () => {
  const exercise = exercisesOf(chapters.at(-1)!).find(({ name }) => name === '9.3')!;
  const judged = async (type: string) => {
    const answer = join(BUILD, `answer-${faults++}.ts`);
    const lines = exercise.solution.split('\n');
    const declared = lines.map((line) =>
      line.includes('type ShapeRules') ? `${line.split('=')[0]}= ${type};` : line,
    );
    writeFileSync(answer, declared.join('\n'));
    return String(await faultOfAnswer(exercise, answer));
  };
  assert.match(
    await judged('Record<string, (...inputs: Shape[]) => Shape>'),
    /a table without a rule for outer/,
  );
  const uncounted = 'Record<keyof Primitives, (...inputs: Shape[]) => Shape>';
  assert.match(await judged(uncounted), /a rule for add that needs three shapes/);
  assert.match(await judged('{ readonly [N in keyof Primitives]: number }'), /^TS\d+: .* \(line \d+\)$/);
});

let faults = 0;

test('what a chapter shows of the sources stands in them', () => {
  for (const { path, name } of chapters) {
    for (const { language, role, start, lines } of blocksWithin(readFileSync(path, 'utf8'), path)) {
      const [, source] = /^from (.*)$/.exec(role) ?? [];
      if (source === undefined)
        assert.ok(isKnown(language, role), `${name}.md:${start}: ${language} ${role}`);
      else {
        const text = readFileSync(join(GUIDE, '..', source), 'utf8');
        assert.ok(text.includes(lines.join('\n')), `${name}.md:${start}: ${source} has it otherwise`);
      }
    }
  }
});

/** Whether blocks of this kind are code that runs, its results, a part of an exercise, or what is no code. */
function isKnown(language: string, role: string): boolean {
  const roles: Readonly<Record<string, readonly string[]>> = {
    ts: ['', 'exercise', 'solution', 'check'],
    text: ['', 'measured'],
    mermaid: [''],
  };
  return roles[language]?.includes(role) ?? false;
}

test('the code of chapters and exercises has no type errors but those that it shows', () => {
  const folder = join(BUILD, 'typed');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const write = (name: string, code: string) => writeFileSync(join(folder, `${name}.ts`), code);
  for (const chapter of chapters) {
    write(chapter.name, moduleOf(readFileSync(chapter.path, 'utf8'), chapter.path));
    for (const { name, start, solution, check } of exercisesOf(chapter)) {
      write(`${name}-start`, start);
      write(`${name}-solution`, solution);
      write(`${name}-check`, check.replace('#answer', `./${name}-solution.ts`));
    }
  }
  const { stdout, error } = spawnSync('tsc', ['--noEmit', '-p', GUIDE], {
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  assert.is(error, undefined);
  // The packages' own types are the business of `pnpm check`.
  assert.equal(
    stdout.split('\n').filter((line) => line.startsWith('guide/')),
    [],
  );
});

test.run();
