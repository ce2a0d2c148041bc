import { inflateRawSync } from 'node:zlib';
import { FILES, packedKernels } from '../packedKernels.ts';

/** The kernels as files, with their names, for a page that is to compile them while it loads them: see `WasmOptions.kernels`. */
export async function kernelFiles(): Promise<[name: string, contents: Uint8Array<ArrayBuffer>][]> {
  return [
    [FILES.relaxed, unpacked(await packedKernels(true))],
    [FILES.plain, unpacked(await packedKernels(false))],
  ];
}

/** The bytes that packaging/kernels/tensor.ts has packed: raw deflate, in base64. */
export function unpacked(packed: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(inflateRawSync(Buffer.from(packed, 'base64')));
}
