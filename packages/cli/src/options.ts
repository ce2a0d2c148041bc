import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { isFolder } from '@nlrn/files';
import type { Backend } from '@nlrn/tensor';
import type { Options } from 'yargs';
import type * as z from 'zod';
import {
  BACKEND_NAMES,
  type Choice,
  chooseBackend,
  describeChoice,
  openBackend,
  type PRECISIONS,
} from './backends.ts';
import { UserError } from './userError.ts';

/** An option that takes a number, or a text. */
export const number = (describe: string) => ({ type: 'number', requiresArg: true, describe }) as const;
export const text = (describe: string) => ({ type: 'string', requiresArg: true, describe }) as const;

/** Options of every command that computes. */
export const backendOptions = {
  backend: {
    ...text(
      'What computes: auto (a GPU, else wasm), gpu, wasm, reference, or a mode of gpu.js; see `devices`',
    ),
    default: BACKEND_NAMES[0]!,
  },
  threads: number('Threads of the wasm backend; all cores by default'),
} as const satisfies Record<string, Options>;

/** Chooses the backend of the options and opens it, saying what was chosen. */
export async function openChosen({
  backend: name,
  ...options
}: BackendArguments): Promise<{ choice: Choice; backend: Backend }> {
  const choice = await chooseBackend(name, options);
  const backend = await openBackend(choice);
  for (const line of describeChoice(choice, backend)) process.stderr.write(`${line}\n`);
  return { choice, backend };
}

/** What is given as `backendOptions`, and how exact a GPU is to be. */
export interface BackendArguments {
  readonly backend: string;
  readonly threads?: number | undefined;
  readonly precision?: (typeof PRECISIONS)[number] | undefined;
}

/** Opens the backend of the options for the length of a task; closes it whatever happens. */
export async function withBackend<T>(
  options: BackendArguments,
  task: (backend: Backend) => Promise<T>,
): Promise<T> {
  const { backend } = await openChosen(options);
  try {
    return await task(backend);
  } finally {
    await backend.dispose();
  }
}

/** The option `--seeds`: whole numbers, separated by commas. Throws UserError unless they are, and differ. */
export function seedsFrom(list: string): number[] {
  const seeds = list.split(',').map((seed) => (/^\s*-?\d+\s*$/.test(seed) ? Number(seed) : Number.NaN));
  if (seeds.every(Number.isSafeInteger) && new Set(seeds).size === seeds.length) return seeds;
  throw new UserError(`--seeds ${list}: needs different whole numbers, such as 1,2,3`);
}

/** The names in an option, separated by commas. Throws UserError for an empty one, and for one that is given twice. */
export function namesFrom(option: string, list: string): string[] {
  const names = list.split(',').map((name) => name.trim());
  if (names.includes('')) throw new UserError(`${option} ${list}: a name is empty; leave the comma out`);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice === undefined) return names;
  throw new UserError(`${option} ${list}: ${twice} is named twice; name it once`);
}

/** What `-` is read as, which yargs takes for an empty value: no file's name has a colon at its end. */
export const PIPE = 'pipe:';

/** The arguments that can be one, of commands that take pipes. */
const PIPED = ['input', 'output'];

/**
 * Throws UserError for a value that no option takes: given twice, empty, a pipe, or not a number where one is needed.
 *
 * (yargs would take the last, the empty one, or NaN.)
 */
export function checkValues(
  args: Readonly<Record<string, unknown>>,
  given: readonly string[],
  takesPipes: boolean,
): true {
  if (given.includes(PIPE) && !takesPipes)
    throw new UserError('-: standard input and output are not taken; name a file');
  for (const [key, value] of Object.entries(args)) {
    if (key === '_') continue;
    if (Array.isArray(value)) throw new UserError(`--${key}: is given ${value.length} times; give it once`);
    if (value === PIPE && !PIPED.includes(key))
      throw new UserError(`--${key} -: only ${PIPED.join(' and ')} can be a pipe; give another value`);
    if (value === '') throw new UserError(`${typedAs(key, given)}: its value is empty; give one`);
    if (Number.isNaN(value)) throw new UserError(`--${key}${valueTyped(key, given)}: needs a number`);
  }
  return true;
}

/** The name of an option or, without dashes, of an argument that has its place. */
function typedAs(key: string, given: readonly string[]): string {
  return given.some((argument) => argument.replace(/=.*$/s, '') === `--${key}`) ? `--${key}` : key;
}

/** What was typed as the value of an option, after a space. */
function valueTyped(key: string, given: readonly string[]): string {
  const at = given.findIndex((argument) => argument.replace(/=.*$/s, '') === `--${key}`);
  const typed = /=(.*)$/s.exec(given[at] ?? '')?.[1] ?? given[at + 1];
  return ` ${typed === PIPE ? '-' : typed}`;
}

/** Throws UserError for an option that would do nothing, as the one that it belongs to is not given. */
export function checkNeeded(args: Readonly<Record<string, unknown>>, option: string, needed: string): void {
  if (args[option] === undefined || args[needed] !== undefined) return;
  throw new UserError(
    `--${option} ${args[option]}: does nothing without --${needed}; give that too, or leave it out`,
  );
}

/** Throws UserError for an option that is given to a method that has no use for it. */
export function checkTakes(
  method: string,
  args: Readonly<Record<string, unknown>>,
  without: readonly string[],
): void {
  const defaults: unknown[] = [undefined, false, backendOptions.backend.default];
  const idle = without.find((option) => !defaults.includes(args[option]));
  if (idle === undefined) return;
  throw new UserError(`--method ${method}: takes no --${idle}; leave one of them out`);
}

/**
 * Checks options by a schema; `names` says which option stands behind a key that is called otherwise.
 *
 * Throws UserError with the first fault: `--neighborhood 4: q must be odd, …`.
 */
export function checkOptions<T>(
  schema: z.ZodType<T>,
  given: unknown,
  names: Readonly<Record<string, string>> = {},
): T {
  const checked = schema.safeParse(given);
  if (checked.success) return checked.data;
  const { path, message } = causeOf(checked.error.issues[0]!);
  const key = String(path.findLast((part) => typeof part === 'string') ?? '');
  throw new UserError(`--${names[key] ?? key} ${String(valueAt(given, path))}: ${inWords(message)}`);
}

/** Of several kinds of values, none of which it is, why it is not of the first. */
function causeOf(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  const first = issue.code === 'invalid_union' ? issue.errors[0]?.[0] : undefined;
  return first ? { ...first, path: [...issue.path, ...first.path] } : issue;
}

/** What zod says of numbers and words, without its terms. */
function inWords(message: string): string {
  const words = /^Invalid (?:option|discriminator value|input).*?expected (?:one of )?(["'].*)$/i.exec(
    message,
  )?.[1];
  if (words)
    return `unknown; there are ${words
      .replaceAll(/["']/g, '')
      .split(/ ?\| ?/)
      .join(', ')}`;
  return message
    .replace(/^Invalid input: expected int, .*/, 'needs a whole number')
    .replace(/^Invalid input: expected number, .*/, 'needs a number')
    .replace(/^Too (?:small|big): expected (?:number|int) to be (\S+)$/, 'needs to be $1');
}

function valueAt(given: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], given);
}

/**
 * A path as the user meant it: pnpm runs scripts at the repository's root and keeps the user's folder in INIT_CWD.
 *
 * Throws UserError for one that is not in UTF-8: Node has put U+FFFD for what it could not read, another name.
 */
export function userPath(path: string): string {
  const whole = resolve(process.env.INIT_CWD ?? process.cwd(), path);
  if (path.includes('\ufffd') && !existsSync(whole))
    throw new UserError(`${path}: its name is not in UTF-8; rename it`);
  return whole;
}

/** Throws UserError unless `path` can be the name of a file of that ending. */
export function checkOutput(option: string, path: string, ending: string): void {
  if (!path.toLowerCase().endsWith(ending))
    throw new UserError(`${option} ${path}: its name must end in ${ending}`);
  if (isFolder(path)) throw new UserError(`${option} ${path}: is a folder, name a file`);
}
