import { existsSync, lstatSync, statSync } from 'node:fs';
import { UserError } from './userError.ts';

export const forceOption = {
  type: 'boolean',
  default: false,
  describe: 'Overwrite the output if it exists, even if it is the input',
} as const;

export const keepOption = {
  type: 'boolean',
  default: false,
  describe:
    'Leave pictures of the output that are there already, and do the others: to go on where a folder was stopped',
} as const;

/**
 * Throws UserError, before any work, when there is a file or link to be overwritten, saying if it is the input; `remedy` is what
 * else can be done.
 */
export function checkUnused(
  option: string,
  to: string,
  from: string,
  remedy = 'name another file, or --force to overwrite it',
): void {
  if (!isThere(to)) return;
  const there = existsSync(to) ? 'exists already' : 'is a link that leads nowhere';
  const fault = isSameFile(from, to) ? 'is the input' : there;
  throw new UserError(`${option} ${to}: ${fault}; ${remedy}`);
}

/** Whether there is something of a name, be it a link that leads nowhere. */
function isThere(path: string): boolean {
  try {
    lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

/** Whether two paths lead to one file, by whatever links or letter case. */
export function isSameFile(a: string, b: string): boolean {
  if (!existsSync(a) || !existsSync(b)) return false;
  const [first, second] = [statSync(a), statSync(b)];
  return first.ino === second.ino && first.dev === second.dev;
}
