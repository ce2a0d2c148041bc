import { type Answer, type Asked, CANCELLED, type Task } from '../protocol.ts';

/** Milliseconds between two messages of how far a task is: each has the page drawn anew. */
const PACE = 100;

/** What is thrown may be anything: a formula is a program. */
function messageOf(error: unknown): string {
  return (error instanceof Error && error.message) || `thrown: ${String(error)}`;
}

/** Does what the page asks for, and tells it how far it is and what has come of it. */
export function answer(tasks: Readonly<Record<string, Task<never, unknown>>>): void {
  const cancelled = new Set<number>();

  const say = (said: Answer) => postMessage(said);

  async function run(id: number, task: Task<never, unknown>, input: unknown): Promise<void> {
    let next = 0;
    const onProgress = (share: number) => {
      if (cancelled.has(id)) throw new Error(CANCELLED);
      const now = performance.now();
      if (now < next) return;
      next = now + PACE;
      say({ id, share });
    };
    try {
      say({ id, output: await task(input as never, onProgress) });
    } catch (error) {
      say({ id, fault: messageOf(error) });
    } finally {
      cancelled.delete(id);
    }
  }

  addEventListener('message', ({ data }: MessageEvent<Asked>) => {
    if ('cancel' in data) cancelled.add(data.id);
    else void run(data.id, tasks[data.task]!, data.input);
  });
}
