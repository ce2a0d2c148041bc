import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, totalmem } from 'node:os';

/** Where results come from: program, machine and versions. */
export function describeEnvironment(backend: string, command: string) {
  return {
    command,
    commit: commit(),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGB: Math.round(totalmem() / 2 ** 30),
    backend,
  };
}

/** The commit that is checked out, with `+` if files have been changed; `unknown` outside a repository. */
export function commit(): string {
  try {
    const git = (...args: string[]) =>
      execFileSync('git', args, {
        cwd: import.meta.dirname,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
    // Results change while they are made; they are not part of the program.
    const changed = git('status', '--porcelain', '--untracked-files=no', '--', ':/', ':!/results').trim();
    return `${git('rev-parse', 'HEAD').trim()}${changed ? '+' : ''}`;
  } catch {
    return 'unknown';
  }
}
