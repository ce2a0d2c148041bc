import { existsSync, statSync } from 'node:fs';
import { UserError } from './userError.ts';

export const forceOption = {
  type: 'boolean',
  default: false,
  describe: 'Overwrite the output if it exists, even if it is the input',
} as const;

/** Throws UserError, before any work, when there is a file to be overwritten, saying if it is the input. */
export function checkUnused(option: string, to: string, from: string): void {
  if (!existsSync(to)) return;
  const fault = isSameFile(from, to) ? 'is the input' : 'exists already';
  throw new UserError(`${option} ${to}: ${fault}; name another file, or --force to overwrite it`);
}

/** Whether two paths lead to one file, by whatever links or letter case. */
function isSameFile(a: string, b: string): boolean {
  if (!existsSync(a) || !existsSync(b)) return false;
  const [first, second] = [statSync(a), statSync(b)];
  return first.ino === second.ino && first.dev === second.dev;
}
