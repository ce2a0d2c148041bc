import { randomBytes } from 'node:crypto';
import {
  constants,
  copyFileSync,
  linkSync,
  lstatSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import * as z from 'zod';
import { FileError } from './fileError.ts';
import { livenessOf, processId } from './liveness.ts';
import { remedy } from './remedy.ts';
import { discard, namesIn, secondsSinceChange, temporaryName } from './temporaryFiles.ts';

/** Work that another process is at. */
export class ClaimedError extends FileError {
  override name = 'ClaimedError';
}

/** A claim on a file that only one process at a time may work for. */
export interface Claim {
  /** Says that the work goes on; to be called now and then, it costs nothing and never throws. */
  refresh(): void;
  /** Looks at the lock at once; to be called before each file is written. Throws the ClaimedError of `lost`. */
  check(): void;
  /** Aborted, with a ClaimedError as its reason, when another process has taken the claim over: the work must stop. */
  readonly lost: AbortSignal;
  /** Gives the claim back, if it is still this process's; never throws. */
  release(): void;
}

/** Seconds after which a claim of another machine that is not refreshed is lost; the longest step takes one or two minutes. */
const STALE = 600;

/** Seconds between two refreshments that reach the disk. */
const REFRESH = 30;

/** Bytes of a file's name, at most, in the file systems of Linux, macOS and Windows. */
const LONGEST_NAME = 255;

/** Whose a lock is: what its file holds, as JSON. */
interface Owner {
  readonly host: string;
  readonly pid: number;
  /** See `processId` */
  readonly id: string;
  /** Another one for each claim */
  readonly token: string;
}

/** As `newOwner` makes it. */
const TOKEN = /[0-9a-f]{12}/;
const ownerSchema: z.ZodType<Owner> = z.object({
  host: z.string(),
  pid: z.int(),
  id: z.string(),
  token: z.string().regex(new RegExp(`^${TOKEN.source}$`)),
});

/**
 * Claims `path` by a file `path.lock` beside it, on this machine and on others that share the folder.
 *
 * Of a process that is gone it is taken over: at once on the same machine, after ten minutes without a sign of life
 * from another machine or container, as only its clock can be asked. A process that has slept for so long is told by
 * `lost`. Throws ClaimedError, naming process and lock, when somebody is at it, and FileError when the lock cannot be
 * written, or has too long a name.
 */
export function claim(path: string): Claim {
  const lock = `${path}.lock`;
  const owner = newOwner();
  checkName(path, guardOf(lock, owner));
  const other = take(lock, owner);
  if (other) throw new ClaimedError(`${path}: ${describe(other, lock)}`);
  removeGuards(lock);
  const lost = new AbortController();
  let next = performance.now() + 1000 * REFRESH;
  const look = () => {
    if (lost.signal.aborted) return;
    next = performance.now() + 1000 * REFRESH;
    if (!keep(lock, owner)) lost.abort(new ClaimedError(`${path}: ${TAKEN_OVER}`));
  };
  return {
    lost: lost.signal,
    refresh() {
      if (performance.now() >= next) look();
    },
    check() {
      look();
      lost.signal.throwIfAborted();
    },
    release() {
      tryRemove(lock, owner);
    },
  };
}

const TAKEN_OVER = 'another process has taken it over, which goes on with it; this one has stopped';

function newOwner(): Owner {
  const token = randomBytes(6).toString('hex');
  return { host: hostname(), pid: process.pid, id: processId(), token };
}

/** The lock on the token of a lock's owner: see `remove`. */
function guardOf(lock: string, { token }: Owner): string {
  return `${lock}.${token}`;
}

/** Throws FileError if the name of a lock's guard is too long: the lock could be taken, and never be given back. */
function checkName(path: string, guard: string): void {
  const over = Buffer.byteLength(basename(guard)) - LONGEST_NAME;
  if (over > 0)
    throw new FileError(
      `${path}: its name is too long by ${over} bytes, with the lock beside it; shorten it`,
    );
}

/**
 * Puts `owner` into a lock that is free, or that its owner has left behind; returns whose it is if it is neither.
 *
 * A lock appears with its content or not at all: it is written under another name and then linked, which fails if the
 * name is there.
 */
function take(lock: string, owner: Owner): Owner | undefined {
  const draft = temporaryName(lock);
  try {
    writeFileSync(draft, JSON.stringify(owner));
    while (!isLinked(draft, lock)) {
      const other = ownerOf(lock);
      const holder = other && (holds(other, lock) ? other : remove(lock, other));
      if (holder) return holder;
      if (!other) checkNoLink(lock);
    }
    return undefined;
  } catch (error) {
    throw error instanceof FileError
      ? error
      : new FileError(`${lock}: cannot be written; ${remedy(lock, error)}`, { cause: error });
  } finally {
    discard(draft);
  }
}

/**
 * Deletes a lock if it is still of this owner; returns another process that is just doing so.
 *
 * Between the look at it and its deletion it might become another's. Therefore whoever deletes it first takes a lock
 * on the owner's token: of all that found the same owner gone one is at work at a time, and who comes later sees
 * another owner.
 */
function remove(lock: string, owner: Owner): Owner | undefined {
  const guard = guardOf(lock, owner);
  const other = take(guard, newOwner());
  if (other) return other;
  try {
    if (ownerOf(lock)?.token === owner.token) rmSync(lock, { force: true });
  } finally {
    rmSync(guard, { force: true });
  }
  return undefined;
}

/** The same; where it cannot be deleted, it is nobody's as soon as its process has ended. */
function tryRemove(lock: string, owner: Owner): void {
  try {
    remove(lock, owner);
  } catch {
    // The folder has gone, or is no longer writable.
  }
}

/**
 * Deletes locks on tokens that processes have left behind that were killed in mid-removal.
 *
 * Whatever else has such a name, or no owner of ours in it, is somebody's own file.
 */
function removeGuards(lock: string): void {
  const stem = `${basename(lock)}.`;
  const isGuard = (name: string) => name.startsWith(stem) && TOKENS.test(name.slice(stem.length));
  for (const name of namesIn(dirname(lock)).filter(isGuard)) {
    const guard = join(dirname(lock), name);
    const owner = ownerOf(guard);
    if (owner && owner !== UNKNOWN && !holds(owner, guard)) tryRemove(guard, owner);
  }
}

/** Renews a lock's age, or the lock if somebody has deleted it; false if it is another's. */
function keep(lock: string, owner: Owner): boolean {
  try {
    const present = ownerOf(lock);
    if (!present) return take(lock, owner) === undefined;
    if (present.token !== owner.token) return false;
    const now = new Date();
    utimesSync(lock, now, now);
  } catch (error) {
    if (!warned.has(lock))
      process.emitWarning(`${lock}: cannot be refreshed; ${remedy(lock, error)}; the work goes on`);
    warned.add(lock);
  }
  return true;
}

/** Locks of which it has been said that they cannot be refreshed. */
const warned = new Set<string>();

/** Whether the lock could be created: not if there is one. */
function isLinked(draft: string, lock: string): boolean {
  try {
    createFrom(draft, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Throws FileError for a link that leads nowhere, which is in the way of every lock and has no owner; ours are no symbolic links. */
function checkNoLink(lock: string): void {
  if (lstatSync(lock, { throwIfNoEntry: false })?.isSymbolicLink())
    throw new FileError(`${lock}: is a link that leads nowhere, delete it`);
}

/** Links the draft; or copies it where there are no links (FAT), and for a moment its owner cannot be read: see `UNKNOWN`. */
function createFrom(draft: string, lock: string): void {
  try {
    linkSync(draft, lock);
  } catch (error) {
    if (!/^(EPERM|ENOSYS|ENOTSUP|EOPNOTSUPP)$/.test((error as NodeJS.ErrnoException).code ?? '')) throw error;
    copyFileSync(draft, lock, constants.COPYFILE_EXCL);
  }
}

/** What a lock without a readable owner is taken for: that of a machine of which nothing is known. */
const UNKNOWN: Owner = { host: 'an unknown machine', pid: 0, id: '', token: 'unknown' };

/** How the locks on tokens of one lock end; a lock on a token may itself have to be removed. */
const TOKENS = new RegExp(`^(${TOKEN.source}|${UNKNOWN.token})(\\.(${TOKEN.source}|${UNKNOWN.token}))*$`);

/** Whose a lock is; undefined if there is none. */
function ownerOf(lock: string): Owner | undefined {
  let content: string;
  try {
    content = readFileSync(lock, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return ownerSchema.parse(JSON.parse(content));
  } catch {
    return UNKNOWN;
  }
}

/** Whether an owner is, or may be, at work. */
function holds(owner: Owner, lock: string): boolean {
  const liveness = livenessOf(owner.id);
  return liveness === 'elsewhere' ? secondsSinceChange(lock) < STALE : liveness === 'alive';
}

function describe({ host, pid, id }: Owner, lock: string): string {
  const end =
    livenessOf(id) === 'elsewhere'
      ? `; without a sign of life from it the lock is free in ${Math.ceil((STALE - secondsSinceChange(lock)) / 60)} min`
      : '';
  return `process ${pid} on ${host} is at work on it; wait for it, or delete ${lock} if it is gone${end}`;
}
