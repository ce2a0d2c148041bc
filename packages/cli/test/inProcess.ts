/** Commands in the process of the tests, for those that end before any work: starting one takes a second. */
import * as assert from 'uvu/assert';
import { type Cli, runCommand } from '../src/runCli.ts';
import { isUserError } from '../src/userError.ts';

/** Does work whose commands take paths relative to a folder, as if it were the user's. */
export async function inFolder(folder: string, work: () => Promise<void>): Promise<void> {
  const before = process.env.INIT_CWD;
  process.env.INIT_CWD = folder;
  try {
    await work();
  } finally {
    if (before === undefined) delete process.env.INIT_CWD;
    else process.env.INIT_CWD = before;
  }
}

/** Runs a command, which must not fail; returns the lines that it prints. */
export async function linesOf(cli: Cli, args: string): Promise<string[]> {
  const lines: string[] = [];
  const { log } = console;
  console.log = (line: string) => lines.push(line);
  try {
    await runCommand(cli, args.split(' '));
  } finally {
    console.log = log;
  }
  return lines;
}

/** A command must end with an error that a user can mend, whose message has one line. */
export async function assertRefused(cli: Cli, args: string, message: RegExp): Promise<void> {
  const error: Error = await runCommand(cli, args.split(' ')).then(
    () => assert.unreachable(args) as never,
    (error) => error,
  );
  assert.ok(isUserError(error), `${args}: ${error.stack}`);
  assert.match(error.message, message);
  assert.not.match(error.message, /\n/);
}
