import { readSafetensors, type StoredTensor } from '@nlrn/files';
import { sha256Hex } from '@nlrn/tensor';

/** SHA-256 of names, shapes and values, whatever their order in the file. */
export function hashTensors(tensors: ReadonlyMap<string, StoredTensor>): string {
  const inOrder = [...tensors].sort(([a], [b]) => (a < b ? -1 : 1));
  const parts = inOrder.flatMap(([name, { shape, data }]) => [
    JSON.stringify([name, shape]),
    new Uint8Array(Float64Array.from(data).buffer),
  ]);
  return sha256Hex(parts);
}

/**
 * That of a weights file's tensors, which what it says of them, its metadata, does not change.
 *
 * Throws FileError when the file is missing or damaged.
 */
export function hashWeights(path: string): string {
  return hashTensors(readSafetensors(path).tensors);
}
