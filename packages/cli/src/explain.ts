import { type Command, commandNamed, nameOf, operandsOf } from './command.ts';
import type { Cli } from './runCli.ts';

/** What yargs has found wrong in the arguments: the option or argument, the fault, the remedy. */
export function explain(cli: Cli, given: readonly string[], message: string): string {
  const names = cli.commands.map(nameOf);
  const typed = given.find((argument) => names.includes(argument));
  const command = commandNamed(cli.commands, typed);
  const program = typed ? `${cli.name} ${typed}` : cli.name;
  const help = `"${program} --help" shows how to use it`;
  const [fault = '', about = ''] = message.replaceAll(/\s+/g, ' ').split(/: (.*)/);
  const [first = ''] = about.split(', ');
  if (!command) {
    const found = /^Unknown commands?$/.test(fault) ? `${first}: there is no such command` : message;
    return `${found}; the commands are ${names.join(', ')}; ${help}`;
  }
  const found = inWords(fault, first, given, command) ?? ofChoices(message) ?? message;
  return `${found}; ${optionsFor(fault, first, given, command)}${help}`;
}

function inWords(
  fault: string,
  about: string,
  given: readonly string[],
  command: Command,
): string | undefined {
  if (fault === 'Not enough arguments following') return `--${about}: its value is missing`;
  if (fault.startsWith('Missing required argument')) return `--${about}: is missing`;
  if (fault.startsWith('Not enough non-option arguments')) {
    // `got 0, need at least 2`
    const got = Number(/\d+/.exec(about)?.[0]);
    return `${operandsOf(command).slice(got).join(' ')}: is missing`;
  }
  if (!/^Unknown (argument|command)/.test(fault)) return undefined;
  const option = optionGiven(about, given);
  return option ? `${option}: there is no such option` : `${about}: is one argument too many`;
}

/** yargs says `Invalid values: Argument: size, Given: "huge", Choices: "full", "tiny"`, in lines. */
function ofChoices(message: string): string | undefined {
  const [, option, value, choices] = /Argument: (\S+), Given: (.*), Choices: (.*)/.exec(message) ?? [];
  return choices && `--${option} ${value}: unknown; there are ${choices}`.replaceAll('"', '');
}

/** The options that there are, where another one was given. */
function optionsFor(fault: string, about: string, given: readonly string[], { options }: Command): string {
  if (!fault.startsWith('Unknown argument') || !optionGiven(about, given)) return '';
  const known = Object.keys(options).map((name) => `--${name}`);
  return known.length === 0 ? 'it takes none; ' : `there are ${known.join(', ')}; `;
}

/** An option as it was typed, by what yargs calls it: `-x` and `--no-x` for x. */
function optionGiven(name: string, given: readonly string[]): string | undefined {
  const forms = [`--${name}`, `--no-${name}`];
  return given
    .map((argument) => argument.replace(/=.*$/s, ''))
    .find((argument) => forms.includes(argument) || argument.startsWith(`-${name}`));
}
