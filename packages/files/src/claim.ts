import { closeSync, openSync, readFileSync, rmSync, statSync, utimesSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import * as z from 'zod';
import { FileError } from './fileError.ts';
import { remedy } from './remedy.ts';

/** Work that another process is at. */
export class ClaimedError extends FileError {
  override name = 'ClaimedError';
}

/** A claim on a file that only one process at a time may work for. */
export interface Claim {
  /** Says that the work goes on; to be called now and then, it costs nothing */
  refresh(): void;
  release(): void;
}

/** Seconds after which a claim that is not refreshed has lost its process; the longest step takes one or two minutes. */
const STALE = 600;

/** Seconds between two refreshments that reach the disk. */
const REFRESH = 30;

const ownerSchema = z.object({ host: z.string(), pid: z.int() });
type Owner = z.infer<typeof ownerSchema>;

/** Claims that this process holds: another with its number may have held the same before a restart. */
const held = new Set<string>();

/**
 * Claims `path` by a file `path.lock` beside it, on this machine and on others that share the folder.
 *
 * The claim of a process that is gone is taken over: at once on the same machine, after ten minutes without a sign
 * of life from another. Throws ClaimedError, naming process and lock, when somebody is at it, and FileError when
 * the lock cannot be written.
 */
export function claim(path: string): Claim {
  const lock = `${path}.lock`;
  if (!create(lock)) {
    const owner = liveOwner(lock);
    if (owner) {
      throw new ClaimedError(
        `${path}: process ${owner.pid} on ${owner.host} is at work on it; wait for it, or delete ${lock} if it is gone`,
      );
    }
    rmSync(lock, { force: true });
    if (!create(lock)) throw new ClaimedError(`${path}: another process has just begun with it`);
  }
  held.add(lock);
  let next = performance.now() + 1000 * REFRESH;
  return {
    refresh() {
      if (performance.now() < next) return;
      next = performance.now() + 1000 * REFRESH;
      const now = new Date();
      utimesSync(lock, now, now);
    },
    release() {
      held.delete(lock);
      rmSync(lock, { force: true });
    },
  };
}

/** Whether the lock could be created: not if there is one. */
function create(lock: string): boolean {
  try {
    const file = openSync(lock, 'wx');
    writeSync(file, JSON.stringify({ host: hostname(), pid: process.pid } satisfies Owner));
    closeSync(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw new FileError(`${lock}: cannot be written; ${remedy(lock, error)}`, { cause: error });
  }
}

/** Who holds a lock, if that process lives. */
function liveOwner(lock: string): Owner | undefined {
  try {
    const owner = ownerSchema.parse(JSON.parse(readFileSync(lock, 'utf8')));
    const age = (Date.now() - statSync(lock).mtimeMs) / 1000;
    return age < STALE && isAlive(owner, lock) ? owner : undefined;
  } catch {
    // Gone in the meantime, or half written by a process that was killed.
    return undefined;
  }
}

function isAlive({ host, pid }: Owner, lock: string): boolean {
  if (host !== hostname()) return true;
  if (pid === process.pid) return held.has(lock);
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
