// Slow: starts processes.

/** Kernels that a page compiles while it loads them, in a process of Node's that stands for one. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { wasmBackend } from '../../../src/index.ts';
import { kernelFiles } from '../../../src/node.ts';
import { printed } from './printed.ts';
import { smallTraining } from './smallTraining.ts';

const files = new Map(await kernelFiles());

/** Bytes that are sent at once: the import of the memory comes in pieces. */
const PIECE = 7;

/** What a host makes of a request for a file. */
type Answer = (contents: Uint8Array) => { status?: number; type?: string; contents?: Uint8Array };

let server: Server;
let answer: Answer;
let asked: string[];
let inNode: string;

test.before(async () => {
  const backend = await wasmBackend({ threads: 1 });
  inNode = await smallTraining(backend);
  await backend.dispose();
  server = createServer(({ url = '' }, response) => {
    asked.push(url);
    const whole = files.get(url.split('/').at(-1)!)!;
    const { status = 200, type = 'application/wasm', contents = whole } = answer(whole);
    response.writeHead(status, { 'Content-Type': type });
    for (let at = 0; at < 20 * PIECE; at += PIECE) response.write(contents.subarray(at, at + PIECE));
    response.end(contents.subarray(20 * PIECE));
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
});

test.before.each(() => {
  asked = [];
});

test.after(() => {
  server.close();
});

const inPage = (isolated: boolean, folder = 'a') => {
  const { port } = server.address() as AddressInfo;
  return printed(
    'streamingProcess.ts',
    JSON.stringify({ isolated, kernels: `http://localhost:${port}/${folder}` }),
  );
};

for (const isolated of [true, false]) {
  const where = isolated ? 'with a shared memory and threads' : 'with a memory of its own';

  test(`${where} they are compiled once, while they are loaded, and the bits are those of Node`, async () => {
    answer = () => ({});
    assert.is(await inPage(isolated), `compileStreaming: ${inNode}`);
    assert.equal(asked, ['/a/kernels.wasm']);
  });

  test(`${where} their folder may end in a slash`, async () => {
    answer = () => ({});
    await inPage(isolated, 'a/');
    assert.equal(asked, ['/a/kernels.wasm']);
  });

  test(`${where} they may be called whatever the host likes`, async () => {
    answer = () => ({ type: 'text/plain' });
    assert.is(await inPage(isolated), `compileStreaming: ${inNode}`);
  });

  test(`${where} those of the package serve where they are not there, or are of another version`, async () => {
    answer = () => ({ status: 404 });
    assert.is(await inPage(isolated), `compile: ${inNode}`);
    answer = () => ({ contents: Buffer.from('<!doctype html>') });
    assert.is(await inPage(isolated), `compileStreaming,compile: ${inNode}`);
    answer = (contents) => ({ contents: withOtherTable(contents) });
    assert.is(await inPage(isolated), `compileStreaming,compile: ${inNode}`);
  });
}

/** Kernels of which the constant that tells their table from others has another name. */
function withOtherTable(contents: Uint8Array): Uint8Array {
  const text = Buffer.from(contents).toString('latin1');
  assert.is(text.split('TABLE').length, 2);
  return Buffer.from(text.replace('TABLE', 'TABLF'), 'latin1');
}

test.run();
