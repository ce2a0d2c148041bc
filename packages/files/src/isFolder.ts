import { statSync } from 'node:fs';

/** Whether a path is that of a folder: not for what is not there, as a link that leads nowhere or to itself, nor for what may not be looked at. */
export function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
