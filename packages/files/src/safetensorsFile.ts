import { readBytes } from './readBytes.ts';
import { replaceFile } from './replaceFile.ts';
import {
  formatSafetensors,
  type NamedBytes,
  parseSafetensors,
  type Safetensors,
  type StoredTensor,
} from './safetensors.ts';

const KIND = 'a safetensors file';

/** Reads a safetensors file, or its bytes. Throws FileError as `parseSafetensors`, and when the file is missing. */
export function readSafetensors(file: string | NamedBytes): Safetensors {
  if (typeof file !== 'string') return parseSafetensors(file);
  return parseSafetensors({ name: file, bytes: readBytes(file, KIND) });
}

/**
 * Writes tensors and texts as a safetensors file, which appears whole or not at all.
 *
 * What has been written is read again before it takes the place of an earlier file; `use` throws if it is of no use.
 * Throws FileError, naming the file, when it cannot be written or read again.
 */
export function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Readonly<Record<string, string>> = {},
  use: (file: Safetensors) => void = () => {},
): void {
  const readBack = (written: string) =>
    use(parseSafetensors({ name: path, bytes: readBytes(written, KIND, path) }));
  replaceFile(path, formatSafetensors(tensors, metadata), readBack);
}
