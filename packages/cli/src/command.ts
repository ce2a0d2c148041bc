import type { Argv, CommandModule, Options } from 'yargs';

/** A command of a program, whose handler gets `Arguments`. */
export interface Command<Arguments = never> {
  /** Its name, and the arguments that have a place: `denoise <input> <output>`; `$0` is what a program does without a name */
  readonly command: string;
  readonly describe: string;
  readonly options: Readonly<Record<string, Options>>;
  /** Adds what is beside the options: arguments that have a place, examples, an epilogue */
  readonly builder?: (yargs: Argv) => unknown;
  /** Whether `-` stands for standard input or output, in the place of `<input>` or `<output>` */
  readonly takesPipes?: boolean;
  readonly handler: (args: Arguments) => void | Promise<void>;
}

/** `denoise` */
export function nameOf({ command }: Pick<Command, 'command'>): string {
  return command.split(' ')[0]!;
}

/** `<input>`, `<output>` */
export function operandsOf({ command }: Pick<Command, 'command'>): string[] {
  return command.split(' ').slice(1);
}

/** The command of a name; without one the program's own, if it has one. */
export function commandNamed(commands: readonly Command[], name = '$0'): Command | undefined {
  return commands.find((command) => nameOf(command) === name);
}

/** A command as yargs takes it. */
export function moduleOf({ command, describe, options, builder, handler }: Command): CommandModule {
  return {
    command,
    describe,
    builder(yargs) {
      const own = yargs.options(options);
      builder?.(own);
      return own;
    },
    handler: handler as (args: unknown) => void | Promise<void>,
  };
}
