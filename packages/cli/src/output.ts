import { constants } from 'node:os';
import { remedy } from '@nlrn/files';

const gone = new AbortController();

/** Aborted when whoever read the output has gone, as in `… | head -1`: what is done for the output alone is over. */
export const readerGone: AbortSignal = gone.signal;

/**
 * Lets work go on when its standard output or error cannot be written, of which Node would make an exception.
 *
 * The exit code is then never 0, whatever is set later and however the process ends: what a shell reports of a program
 * that a closed pipe has ended (128 + SIGPIPE), or 1 for every other fault, such as a full disk, which is said on
 * standard error. Another code than 0, of what else has failed, stays.
 */
export function watchOutput(): void {
  let fault: NodeJS.ErrnoException | undefined;
  const note = (error: NodeJS.ErrnoException, stream: NodeJS.WriteStream, meanwhile: string) => {
    if (fault === undefined && stream === process.stdout) say(error, meanwhile);
    fault ??= error;
  };
  const streams = [process.stdout, process.stderr];
  for (const stream of streams) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      note(error, stream, '; the work goes on');
      if (error.code === 'EPIPE') gone.abort();
    });
  }
  process.on('exit', (code) => {
    // The event is still to come when a command ends the process at once, as `--help` does.
    for (const stream of streams) if (stream.errored) note(stream.errored, stream, '');
    if (fault && code === 0) process.exitCode = exitCodeOfFault(fault);
  });
}

function say(error: NodeJS.ErrnoException, meanwhile: string): void {
  if (error.code === 'EPIPE') return;
  process.stderr.write(`standard output cannot be written: ${remedy('', error)}${meanwhile}\n`);
}

function exitCodeOfFault({ code }: NodeJS.ErrnoException): number {
  return code === 'EPIPE' ? exitCodeOf('SIGPIPE') : 1;
}

/** What a shell reports of a program that a signal has ended. */
export function exitCodeOf(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}
