/** What the page of the browser's test runs: its functions are called from outside. */
import { trainNlrn } from './training.ts';

export interface Outcome {
  readonly description: string;
  readonly losses: readonly number[];
}

/** Trains on the wasm backend, as it is without options, in this page. */
async function onWasm(): Promise<Outcome> {
  const { wasmBackend } = await import('@nlrn/tensor');
  const backend = await wasmBackend();
  return { description: backend.description, losses: await trainNlrn(backend) };
}

/** Trains for some steps on the graphics card that the browser offers. Rejects if there is none. */
async function onGpu(steps: number): Promise<Outcome> {
  const { gpujsBackend } = await import('@nlrn/tensor/gpujs');
  const backend = await gpujsBackend({ mode: 'webgpu' });
  return { description: backend.description, losses: await trainNlrn(backend, steps) };
}

Object.assign(globalThis, { onWasm, onGpu });
