import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Counts, TestFile } from './runFiles.ts';

/** Runs test files in several processes at a time, each with a part of them; what it prints comes when it ends. */
export async function runParts(files: readonly TestFile[], parts: number): Promise<Counts> {
  const counts = await Promise.all(
    Array.from({ length: parts }, (_, part) => runPart(files.filter((_, i) => i % parts === part))),
  );
  const sum = (of: (counts: Counts) => number) => counts.reduce((total, part) => total + of(part), 0);
  return {
    passed: sum(({ passed }) => passed),
    failed: sum(({ failed }) => failed),
    skipped: sum(({ skipped }) => skipped),
  };
}

async function runPart(files: readonly TestFile[]): Promise<Counts> {
  const child = fork(join(import.meta.dirname, 'partProcess.ts'), { silent: true });
  const printed = Promise.all([text(child.stdout!), text(child.stderr!)]);
  let counts: Counts | undefined;
  child.on('message', (message) => {
    counts = message as Counts;
  });
  child.send(files);
  const [code, signal] = await once(child, 'close');
  const [out, err] = await printed;
  process.stdout.write(out);
  process.stderr.write(err);
  // uvu has a process with failures end with code 1.
  if (counts && (code === 0 || counts.failed > 0)) return counts;
  console.error(`a process of the tests has ended too early: ${signal ?? `exit code ${code}`}`);
  return { passed: 0, skipped: 0, ...counts, failed: (counts?.failed ?? 0) + 1 };
}
