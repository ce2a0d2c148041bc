import type { OnProgress } from '@nlrn/data';
import { secondsLeft } from '@nlrn/nn';
import { type Interrupt, onInterrupt } from '../interrupt.ts';
import { liveLine } from '../liveLine.ts';
import { restoringFacts } from '../progress.ts';
import { isUserError, UserError } from '../userError.ts';
import { type Job, OutputError } from './jobs.ts';

/** Which picture of several is worked on. */
export interface Place {
  /** `b.png (2/5)`; undefined for one alone */
  readonly name: string | undefined;
  /** Aborted where the work is to end */
  readonly signal: AbortSignal | undefined;
}

/** What has become of pictures. */
export interface Outcome {
  /** Those that could not be read or worked on */
  readonly failed: readonly string[];
  /** What has ended the work before the last */
  readonly ended?: OutputError | Stop;
}

/** The request of a user that the work end. */
interface Stop {
  readonly done: readonly string[];
  readonly exitCode: number;
}

/**
 * Does the work for each picture, one after another.
 *
 * Of several, one that cannot be read or worked on is named, and the work goes on. It ends where nothing can be written, and at
 * Ctrl-C in the midst of a picture; what is done stays.
 */
export async function eachPicture(
  jobs: readonly Job[],
  work: (job: Job, place: Place) => Promise<void>,
): Promise<Outcome> {
  if (jobs.length === 1) {
    const [job] = jobs as [Job];
    await work(job, { name: undefined, signal: undefined }).catch((error) => {
      throw isUserError(error) ? new UserError(naming(job, error.message)) : error;
    });
    return { failed: [] };
  }
  const interrupt = onInterrupt('stopping; the pictures that are done stay');
  try {
    return await eachOf(jobs, work, interrupt);
  } finally {
    interrupt.release();
  }
}

async function eachOf(
  jobs: readonly Job[],
  work: (job: Job, place: Place) => Promise<void>,
  { signal, exitCode }: Interrupt,
): Promise<Outcome> {
  const failed: string[] = [];
  for (const [i, job] of jobs.entries()) {
    try {
      signal.throwIfAborted();
      await work(job, { name: `${job.name} (${i + 1}/${jobs.length})`, signal });
    } catch (error) {
      if (signal.aborted) {
        const done = jobs.slice(0, i).flatMap(({ name }) => (failed.includes(name) ? [] : name));
        return { failed, ended: { done, exitCode: exitCode() } };
      }
      if (error instanceof OutputError) return { failed, ended: error };
      if (!isUserError(error)) throw error;
      failed.push(job.name);
      process.stderr.write(`${naming(job, error.message)}\n`);
    }
  }
  return { failed };
}

/** What is wrong with a picture, which is named unless that says its file, or an option, already. */
function naming({ name }: Job, message: string): string {
  return message.startsWith('--') || message.includes(name) ? message : `${name}: ${message}`;
}

/**
 * Says what has become of pictures that are not done; `verb` is what should have become of them, `goOn` how one goes on where a
 * user has stopped it.
 *
 * Throws UserError if some have failed, and the OutputError that has ended the work.
 */
export function checkOutcome(
  { failed, ended }: Outcome,
  jobs: readonly Job[],
  verb: string,
  goOn: string,
): void {
  if (ended && !(ended instanceof OutputError)) {
    const { done } = ended;
    const which = done.length > 0 ? ` (${done.join(', ')})` : '';
    process.stderr.write(`stopped: ${done.length} of ${jobs.length} pictures are ${verb}${which}${goOn}\n`);
    process.exitCode = ended.exitCode;
    return;
  }
  if (ended) {
    sayFailed({ failed }, jobs, verb);
    throw ended;
  }
  if (failed.length > 0) throw new UserError(failures(failed, jobs, verb));
}

/** How one goes on where a folder was stopped; of pictures that were to be overwritten nobody knows which are done but by their names. */
export function goingOn({ force, compare }: { readonly force: boolean; readonly compare?: string }): string {
  if (force) return '; the others are as they were';
  const page = compare === undefined ? '' : ' and another --compare';
  return `; the same command with --keep${page} leaves those that are there, and does the others`;
}

/** Says which pictures have failed, if any, where something else ends the command. */
export function sayFailed({ failed }: Outcome, jobs: readonly Job[], verb: string): void {
  if (failed.length > 0) process.stderr.write(`${failures(failed, jobs, verb)}\n`);
}

function failures(failed: readonly string[], jobs: readonly Job[], verb: string): string {
  return `${failed.length} of ${jobs.length} pictures could not be ${verb}: ${failed.join(', ')}`;
}

/** Works on a picture, showing how much of it is done, until the work is to end. */
export async function showingProgress<T>(
  doing: string,
  { name, signal }: Place,
  work: (onProgress: OnProgress) => Promise<T>,
): Promise<T> {
  const line = liveLine();
  const start = performance.now();
  const onProgress = (share: number) => {
    signal?.throwIfAborted();
    const what = name === undefined ? doing : `${doing} ${name}`;
    line.show([what, ...restoringFacts(share, secondsLeft(start, share))]);
  };
  onProgress(0);
  return work(onProgress).finally(line.clear);
}
