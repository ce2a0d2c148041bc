/** What a page and its workers have and Node has not, made of Node's own threads: for `node --conditions browser`. */
import { Worker as NodeWorker } from 'node:worker_threads';

/** A worker's side: its program is preceded by this. */
const PRELUDE = `const { parentPort } = require('node:worker_threads');
globalThis.postMessage = (data) => parentPort.postMessage(data);
globalThis.addEventListener = (_, listener) => parentPort.on('message', (data) => listener({ data }));
`;

const blobs: Blob[] = [];

class PageWorker {
  onmessage: (event: { data: unknown }) => void = () => {};
  onerror: (event: { message: string }) => void = () => {};
  private readonly worker: Promise<NodeWorker>;

  constructor(address: string) {
    this.worker = blobs[Number(address)]!.text().then((program) => {
      const worker = new NodeWorker(PRELUDE + program, { eval: true });
      worker.on('message', (data) => this.onmessage({ data }));
      worker.on('error', (error) => this.onerror({ message: (error as Error).message }));
      return worker;
    });
  }

  async postMessage(data: unknown): Promise<void> {
    (await this.worker).postMessage(data);
  }

  async terminate(): Promise<void> {
    await (await this.worker).terminate();
  }
}

/** Makes this process a page, which is cross-origin isolated or not. */
export function becomePage({ isolated }: { isolated: boolean }): void {
  Object.assign(globalThis, { crossOriginIsolated: isolated, Worker: PageWorker, setImmediate: undefined });
  Reflect.deleteProperty(globalThis, 'setImmediate');
  URL.createObjectURL = (blob) => String(blobs.push(blob as Blob) - 1);
  URL.revokeObjectURL = () => {};
}
