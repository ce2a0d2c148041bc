import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * This process as a text without a dot, `place-pid-start`, that no other process has had or will have.
 *
 * The place is where process numbers mean the same: one boot of one machine, and on Linux one container. The start
 * tells processes apart that have had the same number; it is known on Linux only, and 0 elsewhere.
 */
export function processId(): string {
  return `${PLACE}-${process.pid}-${startOf(process.pid) ?? 0}`;
}

/** The form of such a text. */
export const PROCESS_ID = /[0-9a-f]{8}-[1-9]\d*-\d+/;

/** Whether the process of an id lives; `elsewhere` where its number means nothing here. */
export function livenessOf(id: string): 'alive' | 'gone' | 'elsewhere' {
  const [place, pid, start] = id.split('-');
  if (place !== PLACE || !/^[1-9]\d*$/.test(pid ?? '')) return 'elsewhere';
  if (!exists(Number(pid))) return 'gone';
  const startHere = startOf(Number(pid));
  return startHere === undefined || start === startHere ? 'alive' : 'gone';
}

const PLACE = createHash('sha256').update(describePlace()).digest('hex').slice(0, 8);

function describePlace(): string {
  try {
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    // Not Linux: no containers that would share their host's name.
    return hostname();
  }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** When a process was started, in clock ticks since the boot (proc(5), field 22 of stat); undefined where that is not told. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses, field 2, may hold anything.
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie has ended; only its parent does not know yet.
    return state === 'Z' || state === 'X' ? 'ended' : fields[18];
  } catch {
    return undefined;
  }
}
