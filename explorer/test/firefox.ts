import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { temporaryFolder } from '@nlrn/files/test';

/** Debian's Firefox, or the one that the environment variable FIREFOX names. */
export const FIREFOX = process.env.FIREFOX ?? '/usr/bin/firefox-esr';

interface Reply {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: string;
  readonly message?: string;
}

/**
 * A page in Firefox, led by WebDriver BiDi (https://w3c.github.io/webdriver-bidi): Playwright asks for commands that only its own
 * builds of Firefox have.
 */
export class FirefoxPage {
  readonly #firefox: ChildProcess;
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  #context = '';
  #last = 0;

  private constructor(firefox: ChildProcess, socket: WebSocket) {
    this.#firefox = firefox;
    this.#socket = socket;
    socket.onmessage = ({ data }) => {
      const reply = JSON.parse(data) as Reply;
      this.#waiting.get(reply.id ?? 0)?.(reply);
    };
  }

  /** Starts a Firefox with a profile of its own. */
  static async open(): Promise<FirefoxPage> {
    const options = ['--headless', '--no-remote', '--remote-debugging-port', '0'];
    const firefox = spawn(FIREFOX, [...options, '--profile', temporaryFolder()], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const socket = new WebSocket(`${await addressOf(firefox)}/session`);
    await once(socket, 'open');
    const page = new FirefoxPage(firefox, socket);
    await page.#send('session.new', { capabilities: {} });
    const { contexts } = await page.#send<{ contexts: { context: string }[] }>('browsingContext.getTree', {});
    page.#context = contexts[0]!.context;
    return page;
  }

  async goto(url: string): Promise<void> {
    await this.#send('browsingContext.navigate', { context: this.#context, url, wait: 'complete' });
  }

  /** The value of an expression, or of what it promises, as JSON can tell it. */
  async evaluate<T>(expression: string): Promise<T> {
    const evaluated = await this.#send<{ result: { value: string }; exceptionDetails?: { text: string } }>(
      'script.evaluate',
      {
        expression: `(async () => JSON.stringify({ value: await (${expression}) }))()`,
        target: { context: this.#context },
        awaitPromise: true,
      },
    );
    if (evaluated.exceptionDetails) throw new Error(evaluated.exceptionDetails.text);
    return (JSON.parse(evaluated.result.value) as { value: T }).value;
  }

  async close(): Promise<void> {
    const ended = once(this.#firefox, 'exit');
    await this.#send('browser.close', {});
    await ended;
  }

  async #send<T>(method: string, params: Readonly<Record<string, unknown>>): Promise<T> {
    const id = ++this.#last;
    const reply = await new Promise<Reply>((resolve) => {
      this.#waiting.set(id, resolve);
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
    this.#waiting.delete(id);
    if (reply.error) throw new Error(`${method}: ${reply.message}`);
    return reply.result as T;
  }
}

/** Where Firefox listens, as it says itself. Throws Error with what it has said if it ends. */
async function addressOf(firefox: ChildProcess): Promise<string> {
  const said: string[] = [];
  for await (const line of createInterface({ input: firefox.stderr! })) {
    const address = /listening on (ws:\S+)/.exec(line)?.[1];
    if (address) {
      // What it says later is not to fill the pipe.
      firefox.stderr!.resume();
      return address;
    }
    said.push(line);
  }
  throw new Error(`${FIREFOX} has ended: ${said.join('\n')}`);
}
