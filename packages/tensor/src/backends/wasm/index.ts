import type { Backend } from '../backend.ts';
import { referenceBackend } from '../reference/index.ts';

export interface WasmOptions {
  threads?: number;
}

export async function wasmBackend(_: WasmOptions = {}): Promise<Backend> {
  return referenceBackend();
}
