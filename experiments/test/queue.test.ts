import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { claim } from '@nlrn/files';
import { temporaryFolder } from '@nlrn/files/test';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { forgetJobs, type Job, workThrough } from '../lib/queue.ts';

const root = temporaryFolder();

/** Jobs of a test's own; what makes them writes their file. */
const jobsOf = (...names: string[]): Job[] =>
  names.map((name) => ({
    label: name,
    file: join(root, `${name}.json`),
    checkpoint: join(root, `${name}.safetensors`),
  }));

/** Works through jobs, each of which does `meanwhile` as well. */
function through(jobs: readonly Job[], meanwhile: () => void = () => {}) {
  return workThrough<Job, string>(jobs, {
    signal: new AbortController().signal,
    say() {},
    before: ({ file }) => (existsSync(file) ? 'before' : undefined),
    describeBefore: (text) => text,
    estimate: () => undefined,
    async work() {
      meanwhile();
      return 'made';
    },
    describe: (text) => text,
    keep: (text, { file }) => writeFileSync(file, text),
    isFailure: () => false,
  });
}

test('a job is left if it has no file at the end, and not if another process has finished it by then', async () => {
  const [theirs, ours] = jobsOf('theirs', 'ours') as [Job, Job];
  const claimed = claim(theirs.checkpoint);
  assert.is((await through([theirs, ours])).left, 1);
  const others = jobsOf('another');
  const { left } = await through([theirs, ...others], () => writeFileSync(theirs.file, 'made elsewhere'));
  assert.is(left, 0);
  claimed.release();
});

test('of a job that another process is at nothing is kept aside', () => {
  const [theirs, ours] = jobsOf('at-work', 'idle') as [Job, Job];
  const claimed = claim(theirs.checkpoint);
  const [forgotten, said]: [string[], string[]] = [[], []];
  forgetJobs(
    [theirs, ours],
    (line) => said.push(line),
    ({ label }) => forgotten.push(label),
  );
  claimed.release();
  assert.equal(forgotten, ['idle']);
  assert.match(said.join('\n'), /^at-work: left out; \S+: process \d+ on \S+ is at work on it/);
  claim(ours.checkpoint).release();
});

test.run();
