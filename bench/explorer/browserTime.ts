import { readdirSync, readFileSync } from 'node:fs';

/** The clock ticks in which Linux tells what a process has computed, a second. */
const TICKS = 100;

/** What a piece of work took: seconds by the clock, and of all cores together, if this system tells those of other processes. */
export interface Took {
  readonly seconds: number;
  readonly coreSeconds: number | undefined;
}

/** Times work that the processes do which this one has started, browsers and theirs. */
export async function timed(work: () => Promise<unknown>): Promise<Took> {
  const [start, before] = [performance.now(), descendantsSeconds()];
  await work();
  const after = descendantsSeconds();
  const coreSeconds = after !== undefined && before !== undefined ? after - before : undefined;
  return { seconds: (performance.now() - start) / 1000, coreSeconds };
}

/** Core-seconds of all processes below this one, those that have ended and were waited for included. */
function descendantsSeconds(): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const stats = new Map(processes.flatMap(statOf));
  const isBelow = (pid: number): boolean => {
    const parent = stats.get(pid)?.parent;
    return parent !== undefined && (parent === process.pid || isBelow(parent));
  };
  return [...stats].reduce((sum, [pid, { ticks }]) => sum + (isBelow(pid) ? ticks / TICKS : 0), 0);
}

/** See proc(5): behind the name, in parentheses, the fields from the third on. */
function statOf(pid: string): [number, { parent: number; ticks: number }][] {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\)\s/s, '')
      .split(' ')
      .map(Number);
    const [parent, ...times] = [fields[1]!, ...fields.slice(11, 15)];
    return [[Number(pid), { parent, ticks: times.reduce((a, b) => a + b) }]];
  } catch {
    // It has ended meanwhile.
    return [];
  }
}
