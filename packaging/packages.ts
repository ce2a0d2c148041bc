import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '..');

/** The packages that can be installed elsewhere, each before those that depend on it. */
export const PACKAGES = ['tensor', 'autograd', 'files', 'data', 'nn', 'nlrn', 'networks'] as const;

/** Where they are packed; not committed. */
export const TARBALLS = join(import.meta.dirname, 'build');

export function folderOf(name: string): string {
  return join(ROOT, 'packages', name);
}
