import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** What a command has given. */
export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A command-line program, run in processes of its own. */
export interface CommandLine {
  start(...args: string[]): { child: ChildProcessWithoutNullStreams; result: Promise<Outcome> };
  run(...args: string[]): Promise<Outcome>;
}

/** The program of a file; paths are relative to a folder, as they are to that of a user. */
export function commandLine(file: string, folder: string): CommandLine {
  const start = (...args: string[]) => {
    const child = spawn(process.execPath, [...process.execArgv, file, ...args], {
      env: { ...process.env, INIT_CWD: folder },
    });
    const finished = Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)]);
    return { child, result: finished.then(([[code], out, err]) => ({ code, out, err })) };
  };
  return { start, run: (...args) => start(...args).result };
}
