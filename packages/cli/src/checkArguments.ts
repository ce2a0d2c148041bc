import type { Options } from 'yargs';
import { UserError } from './userError.ts';

/**
 * Throws UserError, naming the option, for what yargs would take for another value than was meant:
 *
 *   --sigma=  --sigma ''    0
 *   --no-sigma  --no-out    0, false
 *   --fresh=3               false
 */
export function checkArguments(given: readonly string[], options: Readonly<Record<string, Options>>): void {
  for (const [i, argument] of given.entries()) {
    const [, name, value] = /^--([^=]+)(?:=(.*))?$/s.exec(argument) ?? [];
    if (name !== undefined) checkOption(name, value, given[i + 1], options);
  }
}

function checkOption(
  name: string,
  value: string | undefined,
  next: string | undefined,
  options: Readonly<Record<string, Options>>,
): void {
  const positive = Object.hasOwn(options, name) ? name : name.replace(/^no-/, '');
  const option = Object.hasOwn(options, positive) ? options[positive] : undefined;
  if (!option) return;
  if (option.type === 'boolean') {
    const isPlain = value === undefined || (name === positive && /^(true|false)$/.test(value));
    if (!isPlain) throw new UserError(`--${name}=${value}: takes no value`);
  } else if (name !== positive) {
    throw new UserError(`--${name}: there is no such option; --${positive} takes a value, or is left out`);
  } else if ((value ?? next)?.trim() === '') {
    throw new UserError(`--${name}: its value is empty; give one, or leave the option out`);
  }
}
