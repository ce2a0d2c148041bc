import { existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Backend } from '@nlrn/tensor';
import type { Options } from 'yargs';
import type * as z from 'zod';
import { BACKEND_NAMES, openBackend } from '../backends.ts';
import { UserError } from '../userError.ts';

/** An option that takes a number, or a text. */
export const number = (describe: string) => ({ type: 'number', requiresArg: true, describe }) as const;
export const text = (describe: string) => ({ type: 'string', requiresArg: true, describe }) as const;

/** Options of every command that computes. */
export const backendOptions = {
  backend: { ...text(`What computes: ${BACKEND_NAMES.join(' or ')}`), default: BACKEND_NAMES[0]! },
  threads: number('Threads of the wasm backend; all cores by default'),
} as const satisfies Record<string, Options>;

/** Opens the backend of the options for the length of a task, and closes it whatever happens. */
export async function withBackend<T>(
  { backend: name, threads }: { backend: string; threads?: number | undefined },
  task: (backend: Backend) => Promise<T>,
): Promise<T> {
  const backend = await openBackend(name, { threads });
  try {
    return await task(backend);
  } finally {
    await backend.dispose();
  }
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
  const { path, message } = checked.error.issues[0]!;
  const key = String(path.at(-1) ?? '');
  throw new UserError(`--${names[key] ?? key} ${String(valueAt(given, path))}: ${message}`);
}

function valueAt(given: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], given);
}

/** A path as the user meant it: pnpm runs scripts at the repository's root and keeps the user's folder in INIT_CWD. */
export function userPath(path: string): string {
  return resolve(process.env.INIT_CWD ?? process.cwd(), path);
}

/** Throws UserError unless a file of that ending can stand at `path`. */
export function checkOutput(option: string, path: string, ending: string): void {
  if (!path.toLowerCase().endsWith(ending))
    throw new UserError(`${option} ${path}: its name must end in ${ending}`);
  const folder = dirname(path);
  if (!existsSync(folder)) {
    throw new UserError(`${option} ${path}: the folder ${folder} does not exist, create it first`);
  }
  if (existsSync(path) && statSync(path).isDirectory()) {
    throw new UserError(`${option} ${path}: is a folder, name a file`);
  }
}
