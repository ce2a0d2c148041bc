import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { livenessOf, processId } from '../src/liveness.ts';
import { temporaryChildren } from './temporaryFolder.ts';

const temporary = temporaryChildren(test);
const [place, pid, start] = processId().split('-');

test('this process lives; one that has ended is gone', async () => {
  assert.is(livenessOf(processId()), 'alive');
  const child = spawn(process.execPath, ['--eval', '']);
  await once(child, 'exit');
  assert.is(livenessOf(`${place}-${child.pid}-${start}`), 'gone');
});

test('of another boot, machine or container nothing is known, nor of a text that is no id', () => {
  for (const id of [
    `00000000-${pid}-${start}`,
    '',
    '-',
    `${place}`,
    `${place}-0-1`,
    `${place}--1`,
    '12345',
  ]) {
    assert.is(livenessOf(id), 'elsewhere', id);
  }
});

const testWithProc = existsSync('/proc/self/stat') ? test : test.skip;

testWithProc('another process has got its number: it is gone', () => {
  assert.is(livenessOf(`${place}-${pid}-${Number(start) - 1}`), 'gone');
});

testWithProc('a zombie is gone', async () => {
  // The shell starts a process that ends, and becomes another that never asks for it.
  const parent = temporary(spawn('sh', ['-c', 'true & echo $!; exec sleep 9']));
  const [zombie] = await once(parent.stdout, 'data');
  const id = `${place}-${Number(zombie)}-${start}`;
  assert.is(livenessOf(id), 'gone');
  parent.kill();
});

test.run();
