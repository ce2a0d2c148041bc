/** What the page's worker does where something that it needs cannot be had. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { kept } from '../../page/worker/kept.ts';
import { models } from '../../page/worker/models.ts';
import { startTraining } from '../../page/worker/training.ts';

/** Runs something where a property of an object is another. */
async function having<T>(object: object, name: string, value: unknown, run: () => Promise<T>): Promise<T> {
  const before = Object.getOwnPropertyDescriptor(object, name);
  Object.defineProperty(object, name, { value, configurable: true });
  try {
    return await run();
  } finally {
    if (before) Object.defineProperty(object, name, before);
    else Reflect.deleteProperty(object, name);
  }
}

/** Adapters that browsers have offered. */
const UNUSABLE: Readonly<Record<string, () => Promise<object>>> = {
  'cannot be asked for': () => Promise.reject(new Error('WebGPU is blocked')),
  'does not say what it is': async () => ({}),
};

/** A worker's backend that has opened nothing yet. */
async function newBackend(name: string) {
  const path = `../../page/worker/backend.ts?${encodeURIComponent(name)}`;
  return ((await import(path)) as typeof import('../../page/worker/backend.ts')).backend;
}

for (const [what, requestAdapter] of Object.entries(UNUSABLE)) {
  test(`WebAssembly computes where a graphics card ${what}`, async () => {
    const backend = await newBackend(what);
    const opened = await having(navigator, 'gpu', { requestAdapter }, backend);
    assert.match(opened.description, /^wasm /);
    assert.is(await backend(), opened);
    await opened.dispose();
  });
}

/** The message of what fails as there is no memory for WebAssembly. */
function withoutMemory(run: () => Promise<unknown>): Promise<unknown> {
  class Memory {
    constructor() {
      throw new RangeError('out of memory');
    }
  }
  return having(WebAssembly, 'Memory', Memory, () => run().catch(({ message }) => message));
}

test('a backend that could not be opened is opened when it is next needed', async () => {
  const backend = await newBackend('no memory');
  assert.is(await withoutMemory(backend), 'out of memory');
  const opened = await backend();
  assert.match(opened.description, /^wasm /);
  await opened.dispose();
});

test('a training that had no backend has one when it is next started', async () => {
  const start = () => startTraining({ states: 1 });
  assert.is(await withoutMemory(start), 'out of memory');
  assert.ok((await start()).parameters > 0);
});

test('what has been made is kept, and what could not be is made when it is next asked for', async () => {
  let times = 0;
  const make = kept(async () => {
    if (++times === 1) throw new Error('not yet');
    return { times };
  });
  const both = [make(), make()].map((made) => made.catch(({ message }: Error) => message));
  assert.equal(await Promise.all(both), ['not yet', 'not yet']);
  const made = await make();
  assert.is(made.times, 2);
  assert.is(await make(), made);
});

test('the list of models is loaded when it is next asked for, if it could not be before', async () => {
  const missing = async () => new Response('', { status: 503 });
  const fault = await having(globalThis, 'fetch', missing, () => models().catch(({ message }) => message));
  assert.is(fault, 'weights/models.json: the server answers 503');
  const list = [{ name: 'a', file: 'a.safetensors', noise: 25 }];
  assert.equal(await having(globalThis, 'fetch', async () => Response.json(list), models), list);
});

test.run();
