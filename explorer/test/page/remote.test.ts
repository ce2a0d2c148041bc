import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Answer, type Asked, CANCELLED, type Task } from '../../page/protocol.ts';
import { Remote } from '../../page/remote.ts';

interface Tasks {
  readonly double: Task<number, number>;
}

/** A worker that only writes down what it is told, and a page's side of it. */
function worked() {
  const told: Asked[] = [];
  const worker = { postMessage: (asked: Asked) => void told.push(asked) } as unknown as Worker;
  const remote = new Remote<Tasks>(worker, () => {});
  const answer = (data: Answer) => worker.onmessage!({ data } as MessageEvent<Answer>);
  const fail = (message: string) => worker.onerror!({ message } as ErrorEvent);
  return { told, remote, answer, fail };
}

/** How a promise is rejected; one that is never settled ends the process before the tests do. */
const faultOf = (asked: Promise<unknown>) => asked.then(String, ({ message }: Error) => message as string);

test('a task is answered, and cancelled only while it is waited for', async () => {
  const { told, remote, answer } = worked();
  const controller = new AbortController();
  const doubled = remote.ask('double', 4, { signal: controller.signal });
  answer({ id: 1, output: 8 });
  assert.is(await doubled, 8);
  const waits = faultOf(remote.ask('double', 5, { signal: controller.signal }));
  controller.abort();
  answer({ id: 2, fault: CANCELLED });
  assert.is(await waits, CANCELLED);
  assert.equal(told, [
    { id: 1, task: 'double', input: 4 },
    { id: 2, task: 'double', input: 5 },
    { id: 2, cancel: true },
  ]);
});

test('a task whose signal has been aborted before is not begun', async () => {
  const { told, remote } = worked();
  assert.is(await faultOf(remote.ask('double', 4, { signal: AbortSignal.abort() })), CANCELLED);
  assert.equal(told, []);
});

test('a worker that cannot be loaded fails what waits, and all that is asked later', async () => {
  const { told, remote, fail } = worked();
  const waits = faultOf(remote.ask('double', 4));
  fail('');
  const message = 'the worker has failed: its program cannot be loaded';
  assert.is(await waits, message);
  assert.is(await faultOf(remote.ask('double', 5)), message);
  assert.is(told.length, 1);
});

test('a worker that has failed once it ran fails what waits, and is asked again', async () => {
  const { told, remote, answer, fail } = worked();
  const doubled = remote.ask('double', 4);
  answer({ id: 1, output: 8 });
  await doubled;
  const waits = faultOf(remote.ask('double', 5));
  fail('out of memory');
  assert.is(await waits, 'the worker has failed: out of memory');
  const again = remote.ask('double', 6);
  answer({ id: 3, output: 12 });
  assert.is(await again, 12);
  assert.is(told.length, 3);
});

test.run();
