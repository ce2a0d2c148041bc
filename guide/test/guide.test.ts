import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isUserError } from '@nlrn/cli';
import { assertRefused } from '@nlrn/cli/test';
import { temporaryFolder } from '@nlrn/files/test';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { guideCli } from '../guideCli.ts';
import { blocksOf } from '../lib/blocks.ts';
import { type Chapter, chaptersIn } from '../lib/chapters.ts';
import { exercisesOf } from '../lib/exercises.ts';
import { shownIn, stale, withResults } from '../lib/results.ts';
import { runChapter } from '../lib/runChapter.ts';
import { watchFile } from '../lib/watchFile.ts';

const fence = '```';

/** A chapter of these lines, in a folder of its own. */
function chapterOf(...lines: string[]): Chapter {
  const folder = temporaryFolder();
  const name = `01-test-${process.pid}-${made++}`;
  const path = join(folder, `${name}.md`);
  writeFileSync(path, lines.join('\n'));
  return { number: 1, path, name };
}

let made = 0;

const MARKDOWN = [
  '# Title',
  `${fence}ts`,
  'console.log(1 + 1);',
  fence,
  '',
  `${fence}text`,
  '3',
  fence,
  `${fence}ts`,
  'const quiet = 1;',
  fence,
  'prose',
  `${fence}ts`,
  'console.log("flowchart LR");',
  fence,
  'prose',
  `${fence}ts`,
  'console.log("took 12.5 ms");',
  fence,
  `${fence}text measured`,
  'took 8 ms',
  fence,
].join('\n');

const PRINTED = new Map([
  [2, '2'],
  [9, ''],
  [13, 'flowchart LR'],
  [17, 'took 12.5 ms'],
]);

test('blocks are found with their lines; one without an end is named', () => {
  const [first, result] = blocksOf(MARKDOWN);
  assert.equal(first, { start: 2, end: 4, language: 'ts', role: '', lines: ['console.log(1 + 1);'] });
  assert.equal([result!.language, result!.lines], ['text', ['3']]);
  assert.throws(() => blocksOf(`a\n${fence}ts\nb`), 'line 2: this block has no end');
});

test('the results are those right below; what differs is told and written anew, measured numbers are not', () => {
  const shown = shownIn(MARKDOWN, blocksOf(MARKDOWN));
  assert.equal(
    shown.map(({ result }) => result?.lines),
    [['3'], undefined, undefined, ['took 8 ms']],
  );
  assert.equal(stale(shown, PRINTED), [2, 13]);
  assert.equal(stale(shown, new Map([...PRINTED, [17, 'lasted 12.5 ms']])), [2, 13, 17]);
  const written = withResults(MARKDOWN, shown, PRINTED);
  assert.equal(
    shownIn(written, blocksOf(written)).map(({ result }) => [result?.language, result?.lines]),
    [
      ['text', ['2']],
      [undefined, undefined],
      ['mermaid', ['flowchart LR']],
      ['text', ['took 8 ms']],
    ],
  );
  assert.equal(
    stale(
      shownIn(written, blocksOf(written)),
      new Map([
        [2, '2'],
        [14, ''],
        [19, 'flowchart LR'],
      ]),
    ).length,
    2,
  );
});

test('the code runs as one module, and its places are those of the chapter', async () => {
  const chapter = chapterOf(
    `${fence}ts`,
    'const a = 1;',
    fence,
    'prose',
    `${fence}ts`,
    'console.log(a, new Error().stack!.match(/[^/]*\\.ts:\\d+/)![0]);',
    fence,
  );
  assert.equal(
    [...(await runChapter(chapter))],
    [
      [1, ''],
      [5, `1 ${chapter.name}.md:6`],
    ],
  );
});

test('code that fails, and exercises without their parts, are told with file and line', async () => {
  const refused = async (act: () => unknown): Promise<string> => {
    try {
      await act();
    } catch (error) {
      assert.ok(isUserError(error), String(error));
      return (error as Error).message;
    }
    return assert.unreachable() as never;
  };
  const failing = chapterOf('prose', `${fence}ts`, 'const x: number[] = [];', 'x[0]!.toFixed();', fence);
  assert.match(await refused(() => runChapter(failing)), /^01-test-\d+-\d+\.md:4: TypeError: Cannot read/);
  const open = chapterOf(`${fence}ts`);
  assert.match(await refused(() => runChapter(open)), /\.md: line 1: this block has no end$/);
  const cut = chapterOf(`${fence}ts exercise`, fence, `${fence}ts check`, fence);
  assert.match(await refused(() => exercisesOf(cut)), /\.md:3: an exercise is three blocks, /);
});

test('a file is watched until the signal, also one that is replaced', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'a.md');
  writeFileSync(path, 'a');
  const controller = new AbortController();
  let changes = 0;
  const watching = watchFile(
    path,
    async () => {
      changes++;
      controller.abort();
    },
    controller.signal,
  );
  mkdirSync(join(folder, 'another'));
  writeFileSync(path, 'b');
  writeFileSync(path, 'c');
  await watching;
  assert.is(changes, 1);
});

test('chapters are numbered from 1 on; what is none is refused', async () => {
  assert.equal(
    chaptersIn().map(({ number }) => number),
    chaptersIn().map((_, i) => i + 1),
  );
  await assertRefused(guideCli, '0', /^0: no such chapter; they are 1 to \d+$/);
  await assertRefused(guideCli, 'check grad', /^grad: no such chapter/);
  await assertRefused(guideCli, '--watch', /^--watch: needs the number of a chapter$/);
});

test.run();
