import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { ClaimedError, claim } from '../src/claim.ts';

/**
 * A process that claims a file over and over, sometimes ends as if it had been killed, and counts how often somebody else was
 * at it too: `claimLoop.ts PATH SECONDS`. It prints the number of its claims, and of those that overlapped.
 */
const GONE = 2 ** 22 + 1;
const [path = '', seconds = ''] = process.argv.slice(2);
let [claims, overlaps] = [0, 0];
const end = performance.now() + 1000 * Number(seconds);
while (performance.now() < end) {
  try {
    const claimed = claim(path);
    claims++;
    if (!(await isAlone())) overlaps++;
    if (Math.random() < 0.5) leaveBehind();
    else claimed.release();
  } catch (error) {
    if (!(error instanceof ClaimedError)) throw error;
  }
}
process.stdout.write(`${claims} ${overlaps}\n`);

/** Whether a file could be created and deleted that only who has the claim creates. */
async function isAlone(): Promise<boolean> {
  try {
    closeSync(openSync(`${path}.inside`, 'wx'));
    // In half of the rounds it stays long enough for the others to try.
    if (Math.random() < 0.5) await setTimeout(1);
    rmSync(`${path}.inside`);
    return true;
  } catch {
    return false;
  }
}

/** Makes the lock that of a process that has ended: the number is one that Linux does not give. */
function leaveBehind(): void {
  const owner = JSON.parse(readFileSync(`${path}.lock`, 'utf8'));
  const dead = { ...owner, pid: GONE, id: `${owner.id}`.replace(/-\d+-/, `-${GONE}-`) };
  writeFileSync(`${path}.lock`, JSON.stringify(dead));
}
