import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { inOrder } from '../../src/backends/inOrder.ts';
import type { UntypedBackend } from '../../src/backends/lifetime.ts';
import { BackendError, variable } from '../../src/index.ts';

/** What a write of a backend that fails with this error leaves unhandled. */
async function unhandledBy(failure: Error): Promise<unknown[]> {
  const told: unknown[] = [];
  const tell = (error: unknown) => void told.push(error);
  const write = () => {
    throw failure;
  };
  process.on('unhandledRejection', tell);
  inOrder({ write } as Partial<UntypedBackend> as UntypedBackend, () => {}).write(variable('w', []), [1]);
  await new Promise(setImmediate);
  process.off('unhandledRejection', tell);
  return told;
}

test('a write keeps quiet of missing memory, which the next run tells, and of nothing else', async () => {
  const fault = new RangeError('a fault of our own');
  assert.equal(await unhandledBy(new BackendError('no memory')), []);
  assert.equal(await unhandledBy(fault), [fault]);
});

test.run();
