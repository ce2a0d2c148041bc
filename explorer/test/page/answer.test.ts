import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Answer, Asked, Task } from '../../page/protocol.ts';
import { answer } from '../../page/worker/answer.ts';

/** What a worker's task answers. */
function answered(task: Task<never, unknown>): Promise<Answer> {
  return new Promise((resolve) => {
    const hear = (_: string, listen: (event: MessageEvent<Asked>) => void) =>
      listen({ data: { id: 1, task: 'it', input: 2 } } as MessageEvent<Asked>);
    Object.assign(globalThis, { addEventListener: hear, postMessage: resolve });
    answer({ it: task });
  });
}

test.after(() => {
  for (const name of ['addEventListener', 'postMessage']) Reflect.deleteProperty(globalThis, name);
});

test('a task answers with its output', async () => {
  assert.equal(await answered((x: number) => 3 * x), { id: 1, output: 6 });
});

test('whatever a task throws is told', async () => {
  const THROWN = [
    [new RangeError('too large'), 'too large'],
    [new RangeError(), 'thrown: RangeError'],
    ['bad', 'thrown: bad'],
    [null, 'thrown: null'],
    [undefined, 'thrown: undefined'],
  ] as const;
  for (const [thrown, fault] of THROWN)
    assert.equal(await answered(() => Promise.reject(thrown)), { id: 1, fault });
});

test.run();
