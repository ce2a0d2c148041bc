import { createInterface } from 'node:readline';
import type { Hello, Reply, Request } from '../lib/peer.ts';
import type { Spec } from '../lib/spec.ts';

/** Work that is ready to run. */
export interface Job {
  run(): void | Promise<void>;
  /** Peak of the memory plan, in bytes, where there is a plan */
  readonly plannedBytes?: number;
}

/** Makes ready for a spec, or returns the reason if it cannot do it. */
type Prepare = (spec: Spec) => Job | string | Promise<Job | string>;

/** Says its version, then answers the requests of lib/peer.ts. */
export async function serve(version: string, prepare: Prepare): Promise<void> {
  let job: Job | undefined;
  say({ version });
  const answer = async (request: Request): Promise<Reply> => {
    if ('run' in request) return timed(job!, request);
    const made = await prepare(request.prepare);
    if (typeof made === 'string') return { unsupported: made };
    job = made;
    return { ready: made.plannedBytes === undefined ? {} : { plannedBytes: made.plannedBytes } };
  };
  for await (const line of createInterface({ input: process.stdin })) {
    say(await answer(JSON.parse(line)).catch((error: Error) => ({ error: error.message })));
  }
}

function say(reply: Hello | Reply): void {
  process.stdout.write(`${JSON.stringify(reply)}\n`);
}

async function timed(job: Job, { run, warmUp }: { run: number; warmUp: number }): Promise<Reply> {
  for (let i = 0; i < warmUp; i++) await job.run();
  const start = performance.now();
  for (let i = 0; i < run; i++) await job.run();
  const milliseconds = (performance.now() - start) / run;
  return { milliseconds, peakBytes: 1024 * process.resourceUsage().maxRSS };
}
