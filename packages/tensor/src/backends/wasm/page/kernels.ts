import { forOwnMemory } from '../ownMemory.ts';

const AS_WASM = { headers: { 'Content-Type': 'application/wasm' } };

/**
 * Compiles the kernels of a file while it arrives, whatever its host takes it for. Rejects where there is none, or where this is
 * another file under its name.
 */
export async function compileFile(address: string, shared: boolean): Promise<WebAssembly.Module> {
  const { ok, status, body } = await fetch(address);
  if (!ok || !body) throw new Error(`${address}: the host answers ${status}`);
  return WebAssembly.compileStreaming(new Response(fit(body, shared), AS_WASM));
}

/** Compiles kernels that packaging/kernels/tensor.ts has packed: raw deflate, in base64. */
export async function compilePacked(packed: string, shared: boolean): Promise<WebAssembly.Module> {
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  const inflated = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return WebAssembly.compile(await new Response(fit(inflated, shared)).arrayBuffer());
}

function fit(kernels: ReadableStream<Uint8Array<ArrayBuffer>>, shared: boolean) {
  return shared ? kernels : kernels.pipeThrough(forOwnMemory());
}
