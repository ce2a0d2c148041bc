// Slow: starts processes.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { runParts } from './runParts.ts';

// Below the repository, for uvu to be found; with letters that mean something in an address.
const folder = mkdtempSync(join(import.meta.dirname, '../node_modules/.made-up #%20-'));
process.on('exit', () => rmSync(folder, { recursive: true }));

/** A test file of a name and a text behind its imports. */
function made(name: string, source: string) {
  const file = join(folder, `${name}.ts`);
  writeFileSync(file, `import { test } from 'uvu';\n${source}`);
  return { name, file };
}

/** What is written while work is done. */
async function written<T>(work: () => Promise<T>): Promise<{ result: T; text: string }> {
  const { write } = process.stdout;
  const errors = process.stderr.write;
  const parts: string[] = [];
  const keep = (part: string | Uint8Array) => parts.push(String(part)) > 0;
  process.stdout.write = keep;
  process.stderr.write = keep;
  try {
    return { result: await work(), text: parts.join('') };
  } finally {
    process.stdout.write = write;
    process.stderr.write = errors;
  }
}

test('files in two processes: tests that pass, fail and are skipped are counted', async () => {
  const files = [
    made('two', `test('a', () => {}); test('b', () => {}); test.run();`),
    made('wrong', `test('a', () => { throw new Error('as it should') }); test.run();`),
    made('left', `test.skip('a', () => {}); test('b', () => {}); test.run();`),
  ];
  const { result, text } = await written(() => runParts(files, 2));
  assert.equal(result, { passed: 3, failed: 1, skipped: 1 });
  assert.match(text, /^two$/m);
  assert.match(text, /as it should/);
});

test('a file without tests, one that does not load, and one that ends its process are failures', async () => {
  const files = [
    made('silent', `test('a', () => {});`),
    made('broken', `throw new Error('does not load');`),
    made('deadly', `test('a', () => process.exit(3)); test.run();`),
  ];
  const { result, text } = await written(() => runParts(files, 3));
  assert.equal(result, { passed: 0, failed: 4, skipped: 0 });
  assert.match(text, /silent: no test ran; is test\.run\(\) missing\?/);
  assert.match(text, /broken: Error: does not load/);
  assert.match(text, /a process of the tests has ended too early: exit code 3/);
});

test.run();
