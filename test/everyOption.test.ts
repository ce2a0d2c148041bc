// Slow: reads hundreds of command lines.

/** Every option of every command of every program: what is no value of its kind is refused, naming the option. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { benchCli } from '../bench/benchCli.ts';
import { gpuCli } from '../bench/gpu/gpuCli.ts';
import { dataCli } from '../datasets/dataCli.ts';
import { expCli } from '../experiments/expCli.ts';
import { exploreCli } from '../explorer/exploreCli.ts';
import { guideCli } from '../guide/guideCli.ts';
import { type Cli, type Command, isUserError, nlrnCli, runCommand } from '../packages/cli/src/index.ts';

const CLIS = [nlrnCli, expCli, dataCli, benchCli, gpuCli, guideCli, exploreCli];

type Options = Command['options'][string];

/** What a command was given, as its handler sees it. */
type Given = Readonly<Record<string, unknown>>;

/** The program with commands that do nothing but tell what they were given. */
function listening(cli: Cli, tell: (given: Given) => void): Cli {
  return { ...cli, commands: cli.commands.map((command) => ({ ...command, handler: tell })) };
}

/** Reads arguments: what the command gets, or the error. */
async function read(cli: Cli, given: readonly string[]): Promise<Given | Error> {
  let told: Given | undefined;
  try {
    await runCommand(
      listening(cli, (given) => {
        told = given;
      }),
      given,
    );
  } catch (error) {
    return error as Error;
  }
  return told!;
}

/** Values of options that are demanded, by their type. */
const NEEDED: Readonly<Record<string, string>> = { string: 'needed', number: '2' };

/** A command as it is typed, with all that it cannot do without; the default command has no name. */
function callOf({ command, options }: Command): string[] {
  const [name = '', ...operands] = command.split(' ');
  const typed = name === '$0' ? [] : [name];
  const needed = operands.filter((operand) => operand.startsWith('<')).map((_, i) => `file-${i}`);
  const demanded = Object.entries(options).filter(([, { demandOption }]) => demandOption);
  return [
    ...typed,
    ...needed,
    ...demanded.map(([option, { type }]) => `--${option}=${NEEDED[String(type)]}`),
  ];
}

/** Arguments that no option of a kind takes. */
function wrongFor(option: string, { type }: Options): string[][] {
  const given = `--${option}`;
  const dotted = [`${given}.x`, 'a'];
  if (type === 'boolean') return [[`${given}=3`], [`${given}=`], [`--no-${option}=3`], dotted];
  const valueless = [[given], [`${given}=`], [`${given}= `], [given, ''], [`--no-${option}`], dotted];
  return type === 'number' ? [...valueless, [given, 'many'], [`${given}=1,5`]] : valueless;
}

const cases = CLIS.flatMap((cli) =>
  cli.commands.flatMap((command) => {
    const call = callOf(command);
    return Object.entries(command.options).map(([option, kind]) => ({ cli, call, option, kind }));
  }),
);

test('every command that takes options is among the cases, and gets what it is given', async () => {
  assert.ok(cases.length > 80, String(cases.length));
  for (const cli of CLIS) {
    for (const command of cli.commands) {
      const told = await read(cli, callOf(command));
      assert.not.instance(told, Error, `${cli.name} ${command.command}: ${told}`);
    }
  }
});

test('a value that is empty, missing, negated, or of another kind is refused, naming the option', async () => {
  for (const { cli, call, option, kind } of cases) {
    const others = call.filter((argument) => !argument.startsWith(`--${option}=`));
    for (const wrong of wrongFor(option, kind)) {
      const typed = [cli.name, ...others, ...wrong].join(' ');
      const refused = await read(cli, [...others, ...wrong]);
      assert.ok(refused instanceof Error && isUserError(refused), `${typed}: ${JSON.stringify(refused)}`);
      assert.match(refused.message, new RegExp(`--(no-)?${option}\\b`), typed);
      assert.not.match(refused.message, /\n/, typed);
    }
  }
});

test('an option before its command is read as one behind it', async () => {
  for (const { cli, call, option, kind } of cases.filter(({ kind }) => kind.type === 'number')) {
    assert.instance(await read(cli, [`--${option}=`, ...call]), Error, option);
    if (kind.demandOption) continue;
    const told = await read(cli, [`--${option}=7`, ...call]);
    assert.is((told as Given)[option], 7, `${cli.name} ${option}: ${told}`);
  }
});

test('right values arrive as they are, negations and negative numbers too', async () => {
  const told = await read(nlrnCli, [
    'program',
    '--seed',
    '-5',
    '--rate=1e-3',
    '--no-tied',
    '--module',
    'pointwise',
  ]);
  const { seed, rate, tied, module } = told as Given;
  assert.equal({ seed, rate, tied, module }, { seed: -5, rate: 1e-3, tied: false, module: 'pointwise' });
});

test.run();
