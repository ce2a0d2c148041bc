import { watch } from 'node:fs';
import { basename, dirname } from 'node:path';

/** Milliseconds in which what an editor does to a file is one change. */
const SETTLES = 100;

/** Calls `changed` after each change of a file, one call after the other, until the signal; editors replace files, so the folder is watched. */
export async function watchFile(
  path: string,
  changed: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let work = Promise.resolve();
  const watcher = watch(dirname(path), { signal }, (_, name) => {
    if (name !== basename(path)) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      work = work.then(changed);
    }, SETTLES);
  });
  await new Promise<void>((resolve) => watcher.on('close', resolve));
  clearTimeout(timer);
  await work;
}
