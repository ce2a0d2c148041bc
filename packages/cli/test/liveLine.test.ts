import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { fitted, type LiveLine, liveLine } from '../src/liveLine.ts';

/** What a line writes on a terminal of so many columns, or in a pipe. */
async function written(
  columns: number | undefined,
  tell: (line: LiveLine, pass: (seconds: number) => void) => void,
) {
  const stream = Object.assign(new PassThrough(), { isTTY: columns !== undefined, columns });
  const [{ CI }, { now }] = [process.env, performance];
  let waited = 0;
  const pass = (seconds: number) => {
    waited += 1000 * seconds;
  };
  delete process.env.CI;
  performance.now = () => 1e6 + waited;
  try {
    tell(liveLine(stream as unknown as NodeJS.WriteStream), pass);
  } finally {
    performance.now = now;
    if (CI !== undefined) process.env.CI = CI;
  }
  stream.end();
  return text(stream);
}

test('facts are left out from the end until a line fits, and the first is cut', () => {
  const facts = ['abc', 'de', 'f'];
  assert.is(fitted(facts, 12), 'abc | de | f');
  assert.is(fitted(facts, 11), 'abc | de');
  assert.is(fitted(facts, 7), 'abc');
  assert.is(fitted(facts, 2), 'ab');
  assert.is(fitted([], 2), '');
});

test('a terminal has one line, over and over, that stops short of its last column', async () => {
  for (const columns of [60, 80, 200]) {
    const out = await written(columns, (line, pass) => {
      line.show(['a'.repeat(50), 'b'.repeat(20), 'c'.repeat(100)]);
      pass(0.2);
      line.show(['d'.repeat(300)]);
      line.stop();
    });
    const [, first, second] = out.split('\r\x1b[K');
    const longest = { 60: 50, 80: 73, 200: 176 }[columns];
    assert.is(first!.length, longest);
    assert.is(second, `${'d'.repeat(columns - 1)}\n`);
  }
});

test('a terminal is not written to more than ten times a second, but for milestones', async () => {
  const out = await written(80, (line, pass) => {
    line.show(['1']);
    pass(0.05);
    line.show(['2']);
    line.show(['3'], true);
    pass(0.06);
    line.show(['4']);
  });
  assert.is(out, '\r\x1b[K1\r\x1b[K3\r\x1b[K4');
});

test('text comes in the place of a line that is cleared, and below one that is stopped', async () => {
  const out = await written(80, (line) => {
    line.clear();
    line.show(['1']);
    line.clear();
    line.show(['2'], true);
    line.stop();
    line.stop();
  });
  assert.is(out, '\r\x1b[K1\r\x1b[K\r\x1b[K2\n');
});

test('a message in between, as that of Ctrl-C, stays above the line', async () => {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  const { CI } = process.env;
  delete process.env.CI;
  const line = liveLine(stream as unknown as NodeJS.WriteStream);
  if (CI !== undefined) process.env.CI = CI;
  line.show(['step 1'], true);
  stream.write('\nfinishing this step\n');
  line.show(['step 2'], true);
  line.stop();
  stream.end();
  assert.equal(screenOf(await text(stream)), ['step 1', 'finishing this step', 'step 2', '']);
});

/** The lines of a terminal: a return goes to the beginning of the line, and erasing empties what follows. */
function screenOf(output: string): string[] {
  return output.split('\n').map((line) => line.split('\r\x1b[K').at(-1)!);
}

test('in a pipe there is a line every five seconds, the whole of it, and each milestone', async () => {
  const facts = ['a'.repeat(200), 'b'];
  const out = await written(undefined, (line, pass) => {
    line.show(['too soon']);
    line.show(['milestone'], true);
    pass(5);
    line.show(facts);
    pass(4);
    line.show(['too soon']);
    line.clear();
    pass(1);
    line.show(['in time']);
    line.stop();
  });
  assert.is(out, `milestone\n${facts.join(' | ')}\nin time\n`);
});

test.run();
