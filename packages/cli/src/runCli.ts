import { inspect } from 'node:util';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { checkArguments } from './checkArguments.ts';
import { checkValues, PIPE } from './checkValues.ts';
import { type Command, commandNamed, moduleOf } from './command.ts';
import { explain } from './explain.ts';
import { watchOutput } from './output.ts';
import { isUserError, UserError } from './userError.ts';

/** A command-line program: its name as it is typed, and its commands. */
export interface Cli {
  readonly name: string;
  readonly summary: string;
  readonly commands: readonly Command[];
}

/**
 * Runs the command of the arguments, by default those that the process was started with.
 *
 * What a user can mend ends it with exit code 1 and a message that names the option or file and the remedy;
 * the trace is printed only for what only we can mend. Output that cannot be written ends nothing: see `watchOutput`.
 */
export async function runCli(cli: Cli, given = hideBin(process.argv)): Promise<void> {
  watchOutput();
  try {
    await runCommand(cli, given);
  } catch (error) {
    process.stderr.write(`${isUserError(error) ? error.message : inspect(error)}\n`);
    process.exitCode = 1;
  }
}

/** Runs the command of the arguments. Throws UserError for arguments that it does not take, and what it throws. */
export async function runCommand(cli: Cli, given: readonly string[]): Promise<void> {
  const read = dashesAsPaths(given);
  await yargs(read)
    .scriptName(cli.name)
    .usage(`$0 <command>\n\n${cli.summary}`)
    .command(cli.commands.map(moduleOf))
    .demandCommand(commandNamed(cli.commands) ? 0 : 1, 'no command is given')
    .strictCommands()
    .strict()
    .parserConfiguration({ 'camel-case-expansion': false, 'dot-notation': false })
    .check((args) => {
      const command = commandNamed(cli.commands, args._[0]?.toString());
      checkArguments(read, command?.options ?? {});
      return checkValues(args, read, command?.takesPipes ?? false);
    })
    .locale('en')
    .version(false)
    .wrap(Math.min(100, process.stdout.columns ?? 100))
    .fail((message, error) => {
      throw error && error.name !== 'YError' ? error : new UserError(explain(cli, read, message));
    })
    .parseAsync();
}

/**
 * The arguments with those after `--`, which are no options, so that yargs takes them for none: `-x.png` is `./-x.png`.
 * A `-` alone becomes `PIPE`, as yargs would take it for an empty value.
 *
 * (yargs counts none of them for a command's own, and parses the values of those once more as options.)
 */
function dashesAsPaths(given: readonly string[]): string[] {
  const end = given.indexOf('--');
  const before = end < 0 ? given : given.slice(0, end);
  const others = given.slice(before.length + 1).map((name) => (name.startsWith('-') ? `./${name}` : name));
  return [...before.map((argument) => (argument === '-' ? PIPE : argument)), ...others];
}
