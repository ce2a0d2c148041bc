import type { OnProgress } from '@nlrn/data';
import { secondsLeft } from '@nlrn/nn';
import { liveLine } from '../liveLine.ts';
import { restoringFacts } from '../progress.ts';
import { isUserError, UserError } from '../userError.ts';
import type { Job } from './jobs.ts';

/**
 * Does the work for each picture, one after another; `place` is `b.png (2/5)`, of several.
 *
 * Of several, one that cannot be read or worked on is named, and the work goes on; their names are the result.
 */
export async function eachPicture(
  jobs: readonly Job[],
  work: (job: Job, place: string | undefined) => Promise<void>,
): Promise<string[]> {
  const failed: string[] = [];
  for (const [i, job] of jobs.entries()) {
    try {
      await work(job, jobs.length > 1 ? `${job.name} (${i + 1}/${jobs.length})` : undefined);
    } catch (error) {
      if (!isUserError(error)) throw error;
      const message = naming(job, error.message);
      if (jobs.length === 1) throw new UserError(message);
      failed.push(job.name);
      process.stderr.write(`${message}\n`);
    }
  }
  return failed;
}

/** What is wrong with a picture, which is named unless that says its file, or an option, already. */
function naming({ name }: Job, message: string): string {
  return message.startsWith('--') || message.includes(name) ? message : `${name}: ${message}`;
}

/** Throws UserError if some pictures of several have failed; `verb` is what should have become of them. */
export function checkNoneFailed(failed: readonly string[], jobs: readonly Job[], verb: string): void {
  if (failed.length === 0) return;
  throw new UserError(
    `${failed.length} of ${jobs.length} pictures could not be ${verb}: ${failed.join(', ')}`,
  );
}

/** Works on a picture, showing how much of it is done. */
export async function showingProgress<T>(
  doing: string,
  place: string | undefined,
  work: (onProgress: OnProgress) => Promise<T>,
): Promise<T> {
  const line = liveLine();
  const start = performance.now();
  const onProgress = (share: number) => {
    const what = place === undefined ? doing : `${doing} ${place}`;
    line.show([what, ...restoringFacts(share, secondsLeft(start, share))]);
  };
  onProgress(0);
  return work(onProgress).finally(line.clear);
}
