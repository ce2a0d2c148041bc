import { isDeepStrictEqual } from 'node:util';
import { describeIssues, FileError, parseJson, readText, replaceFile } from '@nlrn/files';
import type * as z from 'zod';

/** The content of a JSON file of that schema, or what is wrong with it. */
export function readJson<T>(path: string, schema: z.ZodType<T>): T | string {
  try {
    return parseResults(readText(path, 'a results file'), schema);
  } catch (error) {
    if (error instanceof FileError) return printable(error.message.slice(`${path}: `.length));
    return `is damaged (${printable(error instanceof Error ? error.message : String(error))})`;
  }
}

function parseResults<T>(text: string, schema: z.ZodType<T>): T | string {
  const parsed = schema.safeParse(parseJson(text));
  return parsed.success
    ? parsed.data
    : `is not a results file (${printable(describeIssues(parsed.error).slice(0, 200))})`;
}

/** Messages quote the file: what would move a terminal's cursor or colour it is left out. */
function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '\ufffd');
}

/**
 * Writes a JSON file of that schema, whole or not at all.
 *
 * What `readJson` would not give back is not written: throws FileError, naming the path, as when it cannot be written.
 */
export function writeJson<T>(path: string, schema: z.ZodType<T>, value: T): void {
  const text = formatJson(value);
  const back = parseResults(text, schema);
  if (typeof back === 'string') throw new FileError(`${path}: not written, as it ${back}`);
  if (!isDeepStrictEqual(JSON.parse(formatJson(back)), JSON.parse(text)))
    throw new FileError(`${path}: not written, as it would be read otherwise`);
  writeText(path, text);
}

/** JSON in which numbers that are not finite are words. */
function formatJson(value: unknown): string {
  const word = (_: string, part: unknown) =>
    typeof part === 'number' && !Number.isFinite(part) ? String(part) : part;
  return `${JSON.stringify(value, word, 1)}\n`;
}

/** Writes a text file whole or not at all. Throws FileError, naming the path, when that cannot be done. */
export function writeText(path: string, text: string): void {
  replaceFile(path, [Buffer.from(text)]);
}
