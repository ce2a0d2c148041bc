import { setTimeout } from 'node:timers/promises';
import { UserError } from '@nlrn/cli';

/** Milliseconds to wait before another attempt, where one may help. */
const WAITS = [300, 1000];

/** Milliseconds after which a file that has not come whole is given up. */
const TIMEOUT = 60_000;

/**
 * The bytes of a file at an address; undefined once `signal` is aborted.
 *
 * What may pass, a lost connection or an overloaded server, is tried three times. Throws UserError with the address,
 * what is wrong, and the remedy.
 */
export async function download(address: string, signal?: AbortSignal): Promise<Buffer | undefined> {
  for (let attempt = 0; ; attempt++) {
    const answer = await ask(address, signal);
    if (signal?.aborted) return undefined;
    if (!('fault' in answer)) return answer;
    const wait = WAITS[attempt];
    if (wait === undefined || !answer.mayPass)
      throw new UserError(
        `${address}: ${answer.fault}; what is here already stays, the same command goes on`,
      );
    await setTimeout(wait, undefined, { signal }).catch(() => undefined);
  }
}

interface Failure {
  readonly fault: string;
  readonly mayPass: boolean;
}

async function ask(address: string, signal: AbortSignal | undefined): Promise<Buffer | Failure> {
  const timeout = AbortSignal.timeout(TIMEOUT);
  try {
    const response = await fetch(address, { signal: signal ? AbortSignal.any([signal, timeout]) : timeout });
    if (response.ok) return Buffer.from(await response.arrayBuffer());
    await response.body?.cancel();
    return refused(response.status);
  } catch (error) {
    return { fault: unreachable(error), mayPass: true };
  }
}

function refused(status: number): Failure {
  const fault =
    status === 404
      ? 'is not there (HTTP 404): it may have moved, datasets/README.md says where the sets come from'
      : `the server answers HTTP ${status}`;
  return { fault, mayPass: status === 429 || status >= 500 };
}

/** `fetch` says only that it failed; its cause says why. */
function unreachable(error: unknown): string {
  const { cause = error } = error as Error;
  const { code, message } = cause as NodeJS.ErrnoException;
  return `could not be reached (${code ?? message}); check the network; behind a proxy set HTTPS_PROXY and NODE_USE_ENV_PROXY=1`;
}
