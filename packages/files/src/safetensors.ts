import { type Data, sizeOf } from '@nlrn/tensor';
import { FileError } from './fileError.ts';
import { readBytes } from './readBytes.ts';
import { replaceFile } from './replaceFile.ts';
import {
  ELEMENT_BYTES,
  type ElementType,
  type Entry,
  formatHeader,
  headerText,
  parseHeader,
} from './safetensorsHeader.ts';

/** The elements of a tensor, row-major: float32 (F32) or float64 (F64). */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly data: Data;
}

/** What a safetensors file holds. */
export interface Safetensors {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Reads a file of Hugging Face's safetensors format (github.com/huggingface/safetensors, "Format").
 *
 *   8 bytes: N, little-endian | N bytes of JSON: name -> dtype, shape, data_offsets | the tensors' bytes
 *
 * Nothing in the file is trusted: the header must describe each byte exactly once.
 * Throws FileError, naming the file, when it is missing, truncated, damaged, or of another element type.
 */
export function readSafetensors(path: string): Safetensors {
  const file = readBytes(path, 'a safetensors file');
  try {
    const text = headerText(file);
    const payload = file.subarray(8 + file.readUInt32LE(0));
    const { entries, metadata } = parseHeader(text, payload.length);
    return { tensors: new Map(entries.map((entry) => [entry.name, decode(payload, entry)])), metadata };
  } catch (error) {
    throw new FileError(`${path}: ${(error as Error).message}`, { cause: error });
  }
}

/**
 * Writes tensors and texts as a safetensors file, which appears whole or not at all.
 *
 * As in the Python package, wider types come first, so that every tensor is aligned, then names in their order.
 * What has been written is read again before it takes the place of an earlier file; `use` throws if it is of no use.
 * Throws FileError, naming the file, when it cannot be written or read again.
 */
export function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Readonly<Record<string, string>> = {},
  use: (file: Safetensors) => void = () => {},
): void {
  const entries = place(tensors);
  const parts = entries.map(({ name }) => encode(tensors.get(name)!.data));
  replaceFile(path, [formatHeader(entries, metadata), ...parts], (written) => use(readSafetensors(written)));
}

function place(tensors: ReadonlyMap<string, StoredTensor>): Entry[] {
  let at = 0;
  const typed = [...tensors].map(([name, { shape, data }]) => ({ name, shape, type: typeOf(data) }));
  const widest = typed.sort(
    (a, b) =>
      ELEMENT_BYTES[b.type] - ELEMENT_BYTES[a.type] ||
      Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)),
  );
  return widest.map(({ name, shape, type }) => {
    const begin = at;
    at += sizeOf(shape) * ELEMENT_BYTES[type];
    return { name, type, shape, begin, end: at };
  });
}

function typeOf(data: Data): ElementType {
  return data instanceof Float32Array ? 'F32' : 'F64';
}

function decode(payload: Buffer, { type, shape, begin, end }: Entry): StoredTensor {
  const bytes = new DataView(payload.buffer, payload.byteOffset + begin, end - begin);
  const data = type === 'F32' ? new Float32Array(sizeOf(shape)) : new Float64Array(sizeOf(shape));
  for (let i = 0; i < data.length; i++) {
    data[i] = type === 'F32' ? bytes.getFloat32(4 * i, true) : bytes.getFloat64(8 * i, true);
  }
  return { shape, data };
}

function encode(data: Data): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(data.byteLength));
  data.forEach((value, i) => {
    if (data instanceof Float32Array) bytes.setFloat32(4 * i, value, true);
    else bytes.setFloat64(8 * i, value, true);
  });
  return new Uint8Array(bytes.buffer);
}
