import { type Backend, wasmBackend } from '@nlrn/tensor';

let opened: Promise<Backend> | undefined;

/** What computes: a graphics card where the browser offers a real one, else WebAssembly, with threads in a page that is isolated. */
export function backend(): Promise<Backend> {
  opened ??= open();
  return opened;
}

async function open(): Promise<Backend> {
  return (await graphicsCard()) ?? wasmBackend();
}

/** Does some work on the backend; where the graphics card fails, from now on on WebAssembly, beginning with this work. */
export async function withBackend<T>(work: (backend: Backend) => Promise<T>): Promise<T> {
  const first = await backend();
  try {
    return await work(first);
  } catch (error) {
    if (!isLost(first, error as Error)) throw error;
    opened = wasmBackend();
    return work(await opened);
  }
}

function isLost({ description }: Backend, { name }: Error): boolean {
  return description.startsWith('gpujs') && name === 'BackendError';
}

/** gpu.js is half of what a page could load: it is loaded only where there is a card. */
async function graphicsCard(): Promise<Backend | undefined> {
  const adapter = await (navigator as { gpu?: GPU }).gpu?.requestAdapter();
  if (!adapter || adapter.info.isFallbackAdapter) return undefined;
  const { openMode, recordingBackend } = await import('@nlrn/tensor/gpujs');
  try {
    const mode = await openMode('webgpu');
    return mode.adapter.software ? undefined : recordingBackend(mode);
  } catch {
    return undefined;
  }
}
