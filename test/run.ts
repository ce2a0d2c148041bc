/**
 * Runs every test file, or those whose path matches a pattern; `--help` tells how.
 *
 * uvu by itself reports success when a pattern matches no file; here that is a failure. The last line is
 * `N passed, N failed`.
 */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parse } from 'uvu/parse';
import { readerGone, watchOutput } from '../packages/cli/src/output.ts';
import { runFiles, type TestFile } from './runFiles.ts';
import { runParts } from './runParts.ts';
import { optionsFrom, type TestOptions, USAGE } from './testOptions.ts';

const TEST_FILE =
  /^((packages[\\/][^\\/]+|experiments|bench|examples|datasets|guide|explorer|packaging)[\\/])?test[\\/].*\.test\.ts$/;

/** What a file says that is left out of the quick tests. */
const SLOW = /^\/\/ Slow: /m;

/** More processes would each load the packages for a few files. */
const MOST_PROCESSES = 4;

watchOutput();
readerGone.addEventListener('abort', () => process.exit());

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
const { passed, failed, skipped } = await run(files);

const left = matching.length - files.length;
if (left > 0) console.log(`without --quick there are ${left} files more, and gpu.js's modes`);
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

/** Slow tests measure time and take all cores or much memory: those have one process. */
async function run(files: readonly TestFile[]) {
  const processes = quick ? Math.min(MOST_PROCESSES, availableParallelism(), files.length) : 1;
  if (processes > 1) return runParts(files, processes);
  if (files.length > 0) return runFiles(files);
  console.error(`no test file matches ${pattern}`);
  return { passed: 0, failed: 1, skipped: 0 };
}
