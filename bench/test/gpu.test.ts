import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { temporaryFolder } from '@nlrn/files/test';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withTorch } from '../gpu/contestants.ts';
import { DeviceClock, durations } from '../gpu/deviceClock.ts';
import { measure } from '../gpu/measure.ts';
import { type Row, rowsToKeep, timeApart } from '../gpu/rows.ts';
import { workloadsOf } from '../gpu/workloads.ts';

test("the workloads are those of the paper's width and batch", () => {
  const flops = Object.fromEntries(workloadsOf('full').map((workload) => [workload.name, workload.flops]));
  const pixels = 16 * 45 * 45;
  assert.is(flops['matmul 2048'], 2 * 2048 ** 3);
  assert.is(flops['conv 3x3 128, 1 of 512 x 512, forward'], 2 * 512 * 512 * 9 * 128 * 128);
  assert.is(flops['conv 3x3 128, 16 of 45 x 45, forward'], 2 * pixels * 9 * 128 * 128);
  assert.is(flops['dense attention, forward'], 2 * pixels * 45 * 45 * (64 + 128));
  assert.is(flops['dense attention, backward'], 2 * flops['dense attention, forward']!);
  // Twelve states of two 3 x 3 and three 1 x 1 convolutions and attention; the first and last convolution.
  const state = 2 * 9 * 128 * 128 + 2 * 128 * 64 + 128 * 128 + 45 * 45 * (64 + 128);
  assert.is(flops['training step, batch 16'], 3 * 2 * pixels * (12 * state + 2 * 9 * 128));
});

test('times are medians over the rounds; one that fails leaves its fault, and the other goes on', async () => {
  const spec = { kind: 'matmul', M: 2, K: 2, N: 2 } as const;
  // Two runs to warm up, then three rounds.
  const times = [9000, 500, 300, 100, 200];
  const run = async () => {
    const milliseconds = times.shift()!;
    return { milliseconds, whole: milliseconds + 10 };
  };
  const steady = { name: 'by hand' as const, prepare: async () => {}, run };
  const faulty = {
    name: 'torch' as const,
    prepare: async () => {},
    run: () => Promise.reject(new Error('no memory left')),
  };
  const timings = await measure({ name: 'product', spec, flops: 1e9 }, [steady, faulty], 3);
  assert.equal(timings, [
    { name: 'by hand', milliseconds: 200, whole: 210, rate: 5e9 },
    { name: 'torch', fault: 'no memory left' },
  ]);
});

const TIMED = { name: 'by hand', milliseconds: 1 } as const;

function rowsOf(...timings: Row['timings'][]): Row[] {
  return timings.map((timings, i) => ({ ...workloadsOf('tiny')[i]!, timings }));
}

test('a contestant that ends the program leaves the others their times, and is passed by the next time', async () => {
  const rows = rowsOf([TIMED], [TIMED]);
  let saved = '';
  const save = () => {
    saved = JSON.stringify(rows);
  };
  let atTheEnd: Row[] = [];
  const timed = { name: 'mixed', milliseconds: 2 } as const;
  const time = async (row: Row) => {
    atTheEnd = JSON.parse(saved);
    return { ...row, timings: [...row.timings, timed] };
  };
  await timeApart(rows, rows[0]!, 'mixed', time, save);
  assert.equal(JSON.parse(saved), rows);
  assert.equal(rows[0]!.timings, [TIMED, timed]);
  const ended = { name: 'mixed', fault: 'the program ended while it was timed' } as const;
  assert.equal(atTheEnd, rowsOf([TIMED, ended], [TIMED]));

  const kept = rowsToKeep(atTheEnd, 2, 'mixed');
  assert.equal(kept, atTheEnd);
  await timeApart(kept, kept[0]!, 'mixed', () => Promise.reject(new Error('timed again')), save);
  assert.equal(kept, atTheEnd);
});

test('rows with faults are measured anew, but for those of a contestant apart; all are when all are complete', () => {
  const fault = 'no memory left';
  const rows = rowsOf([TIMED, { name: 'mixed', fault }], [{ name: 'by hand', fault }], [TIMED]);
  const [withMixed, , without] = rows as [Row, Row, Row];
  assert.equal(rowsToKeep(rows, 3, 'mixed'), [withMixed, without]);
  assert.equal(rowsToKeep([withMixed, without], 2, 'mixed'), [withMixed, without]);
  assert.equal(rowsToKeep([withMixed, withMixed], 2, 'mixed'), []);
  assert.equal(rowsToKeep([without, without], 2, undefined), []);
});

test('an interrupt is no fault of what is timed, unless it hangs', async () => {
  const { now } = performance;
  for (const [minutes, faults] of [
    [0.1, 0],
    [5, 1],
  ] as const) {
    const rows = rowsOf([TIMED]);
    let saved: Row[] = [];
    const save = () => {
      saved = [...rows];
    };
    const before = process.listeners('exit');
    const interrupted = async (row: Row) => {
      performance.now = () => now.call(performance) + 60_000 * minutes;
      for (const listener of process.listeners('exit')) if (!before.includes(listener)) listener(130);
      performance.now = now;
      const atTheEnd = saved.flatMap(({ timings }) => timings.filter(({ fault }) => fault !== undefined));
      assert.is(atTheEnd.length, faults);
      return row;
    };
    await timeApart(rows, rows[0]!, 'mixed', interrupted, save);
    assert.equal(process.listeners('exit'), before);
  }
});

if (process.platform !== 'win32') {
  test("PyTorch's processes end with the task, also when it fails", async () => {
    const folder = temporaryFolder();
    const python = join(folder, 'python3');
    const started = join(folder, 'started');
    writeFileSync(
      python,
      `#!/bin/sh\necho $$ >>${started}\necho '{"version":"imitated"}'\nexec sleep 1000\n`,
    );
    chmodSync(python, 0o755);
    const path = process.env.PATH;
    process.env.PATH = `${folder}${delimiter}${path}`;
    const failing = withTorch(async (torches) => {
      assert.equal(
        torches.map(({ name, version }) => `${name} ${version}`),
        ['torch imitated', 'torch tf32 imitated'],
      );
      throw new Error('no card');
    });
    const error = await failing.catch((error: Error) => error);
    process.env.PATH = path;
    assert.is((error as Error).message, 'no card');
    for (const pid of readFileSync(started, 'utf8').trim().split('\n').map(Number)) {
      for (let tries = 0; isAlive(pid); tries++) {
        if (tries === 100) process.kill(pid);
        assert.ok(tries < 100, 'a process goes on');
        await sleep(50);
      }
    }
  });
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('without timestamps the clock is the host', async () => {
  const clock = new DeviceClock({ features: new Set() } as unknown as GPUDevice);
  assert.is(clock.isDevice, false);
  assert.is(await clock.eachSubmit(async () => {}, 1), undefined);
  const { device: host, whole } = await clock.time(async () => {}, 1);
  assert.ok(host === whole && host >= 0 && host < 1000);
});

test('what a submit shares with the one before is counted once, and the gap between two not at all', () => {
  const stamps = [
    [1_000_000n, 6_000_000n],
    // Begun while the first was computed, as is the third.
    [2_000_000n, 9_000_000n],
    [2_500_000n, 10_000_000n],
    [14_000_000n, 16_000_000n],
  ] as const;
  assert.equal(durations(stamps), [5, 3, 1, 2]);
});

test.run();
