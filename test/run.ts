/**
 * Runs every test file, or those whose path matches a pattern, in one process; `--help` tells how.
 *
 * uvu by itself reports success when a pattern matches no file, when a file forgets `test.run()`, and when a
 * file has no test at all; here each of these is a failure. The last line is `N passed, N failed`.
 */
import { readFileSync } from 'node:fs';
import { parse } from 'uvu/parse';
import { optionsFrom, type TestOptions, USAGE } from './testOptions.ts';

/** What uvu's runner of one suite resolves to: the text of its failures, or true; then three counts. */
type SuiteResult = [failures: string | true, passed: number, skipped: number, total: number];
type RunSuite = () => Promise<SuiteResult>;

// `uvu/run` sets the same globals and returns no counts; uvu has no other programmatic interface.
const uvuGlobals = globalThis as unknown as {
  UVU_DEFER: 1;
  UVU_INDEX: number;
  UVU_QUEUE: [title: string, ...RunSuite[]][];
};

const TEST_FILE = /^((packages[\\/][^\\/]+|experiments|bench|examples|datasets)[\\/])?test[\\/].*\.test\.ts$/;

/** What a file says that is left out of the quick tests. */
const SLOW = /^\/\/ Slow: /m;

const { help, quick, pattern } = given();
if (help) {
  console.log(USAGE);
  process.exit();
}
// For tests that have less to do then.
if (quick) process.env.NLRN_QUICK_TESTS = '1';

const { suites } = await parse(`${import.meta.dirname}/..`, TEST_FILE);
const matching = suites.filter(({ name }) => pattern.test(name));
const files = matching.filter(({ file }) => !quick || !SLOW.test(readFileSync(file, 'utf8')));

uvuGlobals.UVU_DEFER = 1;
const { exec } = await import('uvu');
const counts = { passed: 0, failed: 0, skipped: 0 };
const problems: string[] = files.length === 0 ? [`no test file matches ${pattern}`] : [];
const empty = new Set(files.map(({ name }) => name));

for (const [index, { name, file }] of files.entries()) {
  uvuGlobals.UVU_INDEX = index;
  uvuGlobals.UVU_QUEUE.push([name]);
  await import(`file://${file}`).catch((error: Error) => problems.push(`${name}: ${error.stack}`));
  const [title, ...runners] = uvuGlobals.UVU_QUEUE[index]!;
  uvuGlobals.UVU_QUEUE[index] = [title, ...runners.map((run) => counted(name, run))];
}
await exec();

for (const name of empty) problems.push(`${name}: no test ran; is test.run() missing?`);
for (const problem of problems) console.error(problem);
const { passed, skipped } = counts;
const left = matching.length - files.length;
if (left > 0) console.log(`without --quick there are ${left} files more, and gpu.js's modes`);
const failed = counts.failed + problems.length;
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed > 0 ? 1 : 0;

/** The options; what is none ends the process with a message. */
function given(): TestOptions {
  try {
    return optionsFrom(process.argv.slice(2));
  } catch (error) {
    console.error((error as Error).message);
    process.exit(1);
  }
}

function counted(name: string, run: RunSuite): RunSuite {
  return async () => {
    const [failures, passed, skipped, total] = await run();
    counts.passed += passed;
    counts.failed += total - passed;
    counts.skipped += skipped;
    if (total + skipped > 0) empty.delete(name);
    // An error in a `before` hook ends a suite, and uvu does not say so.
    return [passed < total && failures === true ? 'a hook failed\n' : failures, passed, skipped, total];
  };
}
