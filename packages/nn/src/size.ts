import * as z from 'zod';

/** A side or a count; the bound keeps a damaged file, or a slip of the finger, from asking for all memory. */
export const size = z.int().positive().max(1024);
