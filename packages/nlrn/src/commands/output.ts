import { constants } from 'node:os';
import { remedy } from '@nlrn/files';

const gone = new AbortController();

/** Aborted when whoever read the output has gone, as in `… | head -1`: what is done for the output alone is over. */
export const readerGone: AbortSignal = gone.signal;

/**
 * Lets work go on when its standard output or error cannot be written, of which Node would make an exception.
 *
 * The exit code is then not 0: what a shell reports of a program that a closed pipe has ended (128 + SIGPIPE), or 1 for
 * every other fault, such as a full disk, which is said on standard error.
 */
export function watchOutput(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (process.exitCode === undefined && error.code !== 'EPIPE') {
      process.stderr.write(`standard output cannot be written: ${remedy('', error)}; the work goes on\n`);
    }
    note(error);
  });
  process.stderr.on('error', note);
}

function note({ code }: NodeJS.ErrnoException): void {
  process.exitCode ??= code === 'EPIPE' ? exitCodeOf('SIGPIPE') : 1;
  if (code === 'EPIPE') gone.abort();
}

/** What a shell reports of a program that a signal has ended. */
export function exitCodeOf(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}
