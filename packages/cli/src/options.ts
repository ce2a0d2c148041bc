import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { isFolder } from '@nlrn/files';
import { backendOptions } from './backendOptions.ts';
import { UserError } from './userError.ts';

/** An option that takes a number, or a text. */
export const number = (describe: string) => ({ type: 'number', requiresArg: true, describe }) as const;
export const text = (describe: string) => ({ type: 'string', requiresArg: true, describe }) as const;

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
