import { readFileSync } from 'node:fs';
import { ARITHMETIC_FLOPS, PASS_FLOPS, ROOF_WASM } from './roofKernels.ts';
import { serve } from './serve.ts';

/**
 * What one core of this machine can do at most: `roof.ts arithmetic` or `roof.ts memory <bytes>`.
 *
 * Answers like a peer, whatever the workload. A run of `arithmetic` is ARITHMETIC_FLOPS operations in registers;
 * one of `memory` is a plain copy that reads and writes this many bytes in all.
 */

interface RoofExports {
  multiplyAdd(passes: number, x: number): number;
  copy(from: number, to: number, bytes: number): void;
}

const PAGE = 65536;

const kernels = opened();

await serve(process.version, () => ({
  run: process.argv[2] === 'memory' ? copying(Number(process.argv[3])) : multiplying(),
}));

function multiplying(): () => void {
  return () => void kernels.exports.multiplyAdd(ARITHMETIC_FLOPS / PASS_FLOPS, 0.25);
}

function copying(bytes: number): () => void {
  const half = Math.ceil(bytes / 2 / PAGE) * PAGE;
  kernels.memory.grow((2 * half) / PAGE);
  // Pages that were never written are all the same page of zeros.
  new Uint8Array(kernels.memory.buffer).fill(1);
  return () => kernels.exports.copy(PAGE, PAGE + half, bytes / 2);
}

function opened(): { memory: WebAssembly.Memory; exports: RoofExports } {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: PAGE, shared: true });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(ROOF_WASM)), {
    env: { memory },
  });
  return { memory, exports: exports as unknown as RoofExports };
}
