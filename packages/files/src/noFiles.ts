import { FileError } from './fileError.ts';
import { type NamedBytes, parseSafetensors, type Safetensors } from './safetensors.ts';

/** Reads a safetensors file from its bytes. Throws FileError as `parseSafetensors`, and for a path. */
export function readSafetensors(file: string | NamedBytes): Safetensors {
  return typeof file === 'string' ? withoutFiles(file) : parseSafetensors(file);
}

export { withoutFiles as checkWritable, withoutFiles as fileExists, withoutFiles as writeSafetensors };

/** Throws FileError. */
function withoutFiles(path: string): never {
  throw new FileError(`${path}: a page has no files; fetch its bytes, or keep them as a download`);
}
