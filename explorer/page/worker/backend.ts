import { type Backend, wasmBackend } from '@nlrn/tensor';
import type { Answer } from '../protocol.ts';
import { kept } from './kept.ts';

let opened = kept(open);

/** What computes: a graphics card where the browser offers a real one, else WebAssembly, with threads in a page that is isolated. */
export function backend(): Promise<Backend> {
  return opened();
}

async function open(): Promise<Backend> {
  return (await graphicsCard()) ?? webAssembly();
}

/** The kernels lie beside the page: they are compiled while they are loaded. */
function webAssembly(): Promise<Backend> {
  return wasmBackend({ kernels: '.' });
}

/** Does some work on the backend; where the graphics card fails, from now on on WebAssembly, beginning with this work. */
export async function withBackend<T>(work: (backend: Backend) => Promise<T>): Promise<T> {
  const asked = opened;
  const first = await asked();
  try {
    return await work(first);
  } catch (error) {
    if (!isLost(first, error as Error)) throw error;
    // Other work may have met with it before.
    if (opened === asked) await replace(first, error as Error);
    return work(await backend());
  }
}

function isLost({ description }: Backend, { name }: Error): boolean {
  return description.startsWith('gpujs') && name === 'BackendError';
}

/** Goes on with WebAssembly, and tells the page so. */
async function replace(lost: Backend, { message }: Error): Promise<void> {
  opened = kept(webAssembly);
  void lost.dispose();
  const { description } = await opened();
  // What follows is advice to those who train by a command.
  const [why] = message.split(';');
  const said: Answer = { computes: `${description}, as the graphics card has failed: ${why}` };
  postMessage(said);
}

/** Undefined where there is none, or it cannot be used. gpu.js is half of what a page could load: it is loaded only for a card. */
async function graphicsCard(): Promise<Backend | undefined> {
  try {
    const adapter = await (navigator as { gpu?: GPU }).gpu?.requestAdapter();
    if (!adapter || adapter.info.isFallbackAdapter) return undefined;
    const { openMode, recordingBackend } = await import('@nlrn/tensor/gpujs');
    const mode = await openMode('webgpu');
    return mode.adapter.software ? undefined : recordingBackend(mode);
  } catch {
    return undefined;
  }
}
