import { parseArgs } from 'node:util';

export const USAGE = `pnpm test [PATTERN]

Runs every test file, or those whose path matches the regular expression, whatever its case.

  --quick   Leave out the files that say "// Slow: …", and gpu.js's modes: for every save
  --help    Show this

  pnpm test --quick            in under 20 s on two cores
  pnpm test attention          every test of a name
  pnpm test nn/test/train      the tests of packages/nn/src/train.ts`;

/** What `pnpm test` was asked to do. */
export interface TestOptions {
  readonly help: boolean;
  readonly quick: boolean;
  /** Of the paths of test files */
  readonly pattern: RegExp;
}

/** The options of the command line. Throws Error, with the usage, for what is none. */
export function optionsFrom(given: string[]): TestOptions {
  try {
    const { values, positionals } = parseArgs({
      args: given,
      options: { quick: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
      allowPositionals: true,
    });
    if (positionals.length > 1) throw new Error(`"${positionals[1]}": one pattern is enough, such as "a|b"`);
    if (positionals[0] === '') throw new Error('the pattern is empty; leave it out to run every file');
    return { ...values, pattern: new RegExp(positionals[0] ?? '', 'i') };
  } catch (error) {
    throw new Error(`${(error as Error).message}\n\n${USAGE}`, { cause: error });
  }
}
