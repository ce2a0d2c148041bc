import { readdirSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { livenessOf, PROCESS_ID, processId } from './liveness.ts';

/**
 * The hidden name under which this process writes what will be `path`.
 *
 * What processes that were killed have left in the same folder is deleted when a process writes there for the first time.
 */
export function temporaryName(path: string): string {
  const folder = dirname(path);
  if (!swept.has(folder)) sweep(folder);
  swept.add(folder);
  const ending = `.${processId()}.tmp`;
  return join(folder, `.${cut(basename(path), MOST_BYTES - 1 - ending.length)}${ending}`);
}

/** Bytes of the longest name of a file, on nearly all file systems. */
const MOST_BYTES = 255;

/** As many characters of a name as fit into so many bytes. */
function cut(name: string, bytes: number): string {
  const characters = [...name];
  while (Buffer.byteLength(characters.join('')) > bytes) characters.pop();
  return characters.join('');
}

const swept = new Set<string>();

/** Deletes temporary files of ours whose writer has ended; whatever else ends in `.tmp` is somebody's own. */
function sweep(folder: string): void {
  for (const name of namesIn(folder)) {
    const writer = TEMPORARY.exec(name)?.[1];
    if (writer !== undefined && isLeft(join(folder, name), writer)) discard(join(folder, name));
  }
}

const TEMPORARY = new RegExp(`^\\..+\\.(${PROCESS_ID.source})\\.tmp$`);

/** Seconds after which a writer of another machine, of which nothing is known, has ended. */
const DAY = 24 * 3600;

function isLeft(path: string, writer: string): boolean {
  const liveness = livenessOf(writer);
  return liveness === 'elsewhere' ? secondsSinceChange(path) > DAY : liveness === 'gone';
}

/** Deletes a temporary file if there is one; where that fails, its folder is not there or no longer writable. */
export function discard(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Whoever has written it is told what is wrong with the folder.
  }
}

/** Seconds since a file was last changed; 0 if it is gone. */
export function secondsSinceChange(path: string): number {
  const mtime = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  return mtime === undefined ? 0 : Math.max(0, Date.now() - mtime) / 1000;
}

/** The names in a folder; none where it cannot be read, which whoever writes there will be told. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
