import * as z from 'zod';

/** A number from 0 that stands as a text in a file; `Number` would take the empty text for 0. */
export const numericText = z
  .string()
  .regex(/^\d+(\.\d+)?(e[+-]?\d+)?$/, 'needs a number')
  .transform(Number)
  .pipe(z.number());
