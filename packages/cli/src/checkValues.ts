import { UserError } from './userError.ts';

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
