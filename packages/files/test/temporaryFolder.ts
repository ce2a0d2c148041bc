import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'uvu';

const folders: string[] = [];

// A hook of uvu's that is added inside a test, or inside another hook, never runs.
process.on('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** A new empty folder that is deleted when this process ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'nlrn-'));
  folders.push(folder);
  return folder;
}

/**
 * Hands on children that are killed after the tests, whatever has failed: this process does not end before them. It is
 * called outside of the tests.
 */
export function temporaryChildren(tests: Test): <T extends ChildProcess>(child: T) => T {
  const children: ChildProcess[] = [];
  tests.after(() => {
    for (const child of children) child.kill('SIGKILL');
  });
  return (child) => {
    children.push(child);
    return child;
  };
}
