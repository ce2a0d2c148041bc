import { existsSync } from 'node:fs';
import { formatSeconds } from '@nlrn/cli';
import { type Claim, ClaimedError, claim } from '@nlrn/files';

/** A piece of work that makes one file. */
export interface Job {
  /** What it is called in messages */
  readonly label: string;
  /** The file that it makes */
  readonly file: string;
  /** What is claimed while a process is at it */
  readonly checkpoint: string;
}

/** What the work is told beside its job. */
export interface Place<J, R> {
  /** Aborted when the work must stop: by the user, or because another process has taken it over */
  readonly signal: AbortSignal;
  readonly claimed: Claim;
  /** What has been made so far */
  readonly known: readonly R[];
  /** Jobs after it that have no file yet */
  readonly later: readonly J[];
}

export interface QueueOptions<J extends Job, R> {
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  /** What has been made before, if it can be used again */
  readonly before: (job: J) => R | undefined;
  /** In what words it is said that it has been made before */
  readonly describeBefore: (result: R) => string;
  /** Seconds that jobs will probably take, by what has been made so far; undefined while that is not known */
  readonly estimate: (jobs: readonly J[], known: readonly R[]) => number | undefined;
  /** Does a job; null if the signal came first */
  readonly work: (job: J, place: Place<J, R>) => Promise<R | null>;
  readonly describe: (result: R) => string;
  /** Puts a result where it belongs */
  readonly keep: (result: R, job: J) => void;
  /** Whether an error means that this job has failed, but that the others go on */
  readonly isFailure: (error: unknown) => boolean;
}

export interface Outcome {
  /** False if the signal ended it early */
  readonly finished: boolean;
  /** Jobs that were left to other processes, and have no file at the end */
  readonly left: number;
  /** What became of jobs that failed */
  readonly failed: readonly string[];
}

/** Does the jobs that have no result yet, one after the other; one that another process is at is left to it. */
export async function workThrough<J extends Job, R>(
  jobs: readonly J[],
  options: QueueOptions<J, R>,
): Promise<Outcome> {
  const { say, before, describeBefore, estimate, work, describe, keep, isFailure } = options;
  const failed: string[] = [];
  const known: R[] = [];
  const left: J[] = [];
  const outcome = (finished: boolean): Outcome => ({
    finished,
    left: left.filter(({ file }) => !existsSync(file)).length,
    failed,
  });
  for (const [i, job] of jobs.entries()) {
    const label = `[${i + 1}/${jobs.length}] ${job.label}`;
    const claimed = tryClaim(job, label, say);
    if (!claimed) {
      left.push(job);
      continue;
    }
    try {
      const earlier = before(job);
      if (earlier !== undefined) {
        say(`${label}: ${describeBefore(earlier)}`);
        known.push(earlier);
        continue;
      }
      const missing = jobs.slice(i + 1).filter(({ file }) => !existsSync(file));
      const secondsLeft = estimate([job, ...missing], known);
      say(secondsLeft === undefined ? label : `${label}; about ${formatSeconds(secondsLeft)} left`);
      const signal = AbortSignal.any([options.signal, claimed.lost]);
      const result = await work(job, { signal, claimed, known, later: missing });
      if (result === null) claimed.lost.throwIfAborted();
      if (result === null) return outcome(false);
      claimed.check();
      say(`  ${describe(result)}`);
      known.push(result);
      keep(result, job);
    } catch (error) {
      const { message } = error as Error;
      if (error instanceof ClaimedError) left.push(job);
      else if (isFailure(error)) failed.push(`${job.label}: ${message}`);
      else throw error;
      say(`  ${message}`);
    } finally {
      claimed.release();
    }
  }
  return outcome(true);
}

/** Keeps aside what there is of jobs; of those that another process is at all stays, and it is said. */
export function forgetJobs<J extends Job>(
  jobs: readonly J[],
  say: (line: string) => void,
  keepJobAside: (job: J) => void,
): void {
  for (const job of jobs) {
    const claimed = tryClaim(job, job.label, say);
    if (!claimed) continue;
    try {
      keepJobAside(job);
    } finally {
      claimed.release();
    }
  }
}

/** The claim on a job; undefined, and said, if another process has it. */
function tryClaim({ checkpoint }: Job, label: string, say: (line: string) => void): Claim | undefined {
  try {
    return claim(checkpoint);
  } catch (error) {
    if (!(error instanceof ClaimedError)) throw error;
    say(`${label}: left out; ${error.message}`);
    return undefined;
  }
}
