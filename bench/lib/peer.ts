import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Spec } from './spec.ts';

/** What a peer writes first. */
export interface Hello {
  /** Of the library that computes */
  readonly version: string;
  /** Of a card, if it is known: operations a second in float32 */
  readonly peak?: number | null;
}

/** What a peer is asked, as one line of JSON on its standard input; it answers each with one line of its output. */
export type Request =
  /** Makes ready to run; the peer forgets what it has had before. */
  | { readonly prepare: Spec }
  /** Runs so many times in a row, after `warmUp` runs that are not timed. */
  | { readonly run: number; readonly warmUp: number };

export type Reply =
  /** Ready, with the planned peak of memory where there is a plan. */
  | { readonly ready: { readonly plannedBytes?: number } }
  | { readonly unsupported: string }
  | Ran
  | { readonly error: string };

/** Mean of a run, and the most memory that the process has had since it was made ready. */
export interface Ran {
  readonly milliseconds: number;
  readonly peakBytes: number;
}

/** A child process that computes workloads when it is asked to. */
export class Peer {
  private readonly child: ChildProcessByStdio<Writable, Readable, null>;
  private readonly lines: AsyncIterator<string>;
  /** Known once `start` is through. */
  hello: Hello = { version: 'unknown' };

  private constructor(command: string, args: readonly string[], env: Readonly<Record<string, string>>) {
    this.child = spawn(command, args, {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, ...env },
    });
    // What has gone wrong shows as the end of the output.
    this.child.on('error', () => {});
    this.child.stdin.on('error', () => {});
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  /** Starts the process; throws if it does not say hello. */
  static async start(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const peer = new Peer(command, args, env);
    peer.hello = (await peer.nextLine()) as Hello;
    return peer;
  }

  /** The planned peak of memory where there is a plan, or why the peer cannot do this work. */
  async prepare(spec: Spec): Promise<{ plannedBytes?: number; unsupported?: string }> {
    const reply = await this.ask({ prepare: spec });
    return 'ready' in reply ? reply.ready : (reply as Extract<Reply, { unsupported: string }>);
  }

  async run(repetitions: number, warmUp: number): Promise<Ran> {
    return (await this.ask({ run: repetitions, warmUp })) as Ran;
  }

  stop(): void {
    this.child.stdin.end();
    this.child.kill();
  }

  private async ask(request: Request): Promise<Exclude<Reply, { error: string }>> {
    this.child.stdin.write(`${JSON.stringify(request)}\n`);
    const reply = (await this.nextLine()) as Reply;
    if ('error' in reply) throw new Error(reply.error);
    return reply;
  }

  private async nextLine(): Promise<unknown> {
    const { done, value } = await this.lines.next();
    if (done) throw new Error('the process has ended');
    return JSON.parse(value);
  }
}
