import { pathToFileURL } from 'node:url';

/** What uvu's runner of one suite resolves to: the text of its failures, or true; then three counts. */
type SuiteResult = [failures: string | true, passed: number, skipped: number, total: number];
type RunSuite = () => Promise<SuiteResult>;

// `uvu/run` sets the same globals and returns no counts; uvu has no other programmatic interface.
const uvuGlobals = globalThis as unknown as {
  UVU_DEFER: 1;
  UVU_INDEX: number;
  UVU_QUEUE: [title: string, ...RunSuite[]][];
};

/** A test file: its path from the repository's root, and the whole of it. */
export interface TestFile {
  readonly name: string;
  readonly file: string;
}

/** Numbers of tests. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/**
 * Runs test files one after another in this process.
 *
 * uvu by itself reports success when a file forgets `test.run()`, and when it has no test at all; here each of these
 * is a failure.
 */
export async function runFiles(files: readonly TestFile[]): Promise<Counts> {
  uvuGlobals.UVU_DEFER = 1;
  const { exec } = await import('uvu');
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const problems: string[] = [];
  const empty = new Set(files.map(({ name }) => name));
  const counted = (name: string, run: RunSuite) => async (): Promise<SuiteResult> => {
    const [failures, passed, skipped, total] = await run();
    counts.passed += passed;
    counts.failed += total - passed;
    counts.skipped += skipped;
    if (total + skipped > 0) empty.delete(name);
    // An error in a `before` hook ends a suite, and uvu does not say so.
    return [passed < total && failures === true ? 'a hook failed\n' : failures, passed, skipped, total];
  };
  for (const [index, { name, file }] of files.entries()) {
    uvuGlobals.UVU_INDEX = index;
    uvuGlobals.UVU_QUEUE.push([name]);
    await import(pathToFileURL(file).href).catch((error: Error) => problems.push(`${name}: ${error.stack}`));
    const [title, ...runners] = uvuGlobals.UVU_QUEUE[index]!;
    uvuGlobals.UVU_QUEUE[index] = [title, ...runners.map((run) => counted(name, run))];
  }
  await exec();
  for (const name of empty) problems.push(`${name}: no test ran; is test.run() missing?`);
  for (const problem of problems) console.error(problem);
  return { ...counts, failed: counts.failed + problems.length };
}
