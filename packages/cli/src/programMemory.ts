import type { Backend } from '@nlrn/tensor';

/** Bytes that a program may take, below the 4 GB that WebAssembly can address. */
const MOST = 3.5 * 2 ** 30;

/** Of the bytes that programs may take, those that fit into one of a backend: no value may be larger than its largest. */
export function programMemory(
  memory: number,
  { largestValue = MOST }: Pick<Backend, 'largestValue'>,
): number {
  return Math.min(memory, MOST, largestValue);
}
