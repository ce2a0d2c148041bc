import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { timed } from '../explorer/browserTime.ts';

/** Computes for so many seconds of a core, says so, and stays. */
const WORK = 0.3;
const PROGRAM = `while (process.cpuUsage().user < ${1e6 * WORK});
console.log('done');
setInterval(() => {}, 1000);`;

test('what a process computes that this one has started is counted, and what this one computes is not', async () => {
  let child: ReturnType<typeof spawn> | undefined;
  const { seconds, coreSeconds } = await timed(async () => {
    child = spawn(process.execPath, ['-e', PROGRAM], { stdio: ['ignore', 'pipe', 'ignore'] });
    await once(child.stdout!, 'data');
  });
  const ended = once(child!, 'exit');
  child!.kill();
  await ended;
  assert.ok(seconds > 0);
  if (process.platform !== 'linux') return assert.is(coreSeconds, undefined);
  // Its start is counted, too, and a tick is a hundredth of a second.
  assert.ok(coreSeconds! > WORK - 0.05, String(coreSeconds));
  const idle = await timed(async () => {
    const end = process.cpuUsage().user + 1e5;
    while (process.cpuUsage().user < end);
  });
  assert.ok(idle.coreSeconds! < 0.05, String(idle.coreSeconds));
});

test.run();
