import { existsSync } from 'node:fs';

/** Whether there is something of this path. */
export function fileExists(path: string): boolean {
  return existsSync(path);
}
