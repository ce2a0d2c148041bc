import type * as z from 'zod';
import { UserError } from './userError.ts';

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
