import { type Data, sizeOf } from '@nlrn/tensor';
import { crc32 } from './crc32.ts';
import { FileError } from './fileError.ts';
import {
  ELEMENT_BYTES,
  type ElementType,
  type Entry,
  formatHeader,
  parseHeader,
  splitHeader,
} from './safetensorsHeader.ts';

/** The elements of a tensor, row-major: float32 (F32) or float64 (F64), or float32 that is float16 in the file (F16). */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly data: Data;
  readonly dtype?: 'float16';
}

/** What JavaScript calls these types. */
const JAVASCRIPT = { F16: 'Float16', F32: 'Float32', F64: 'Float64' } as const;

/** The text among the metadata of a file of this project that has the check of all else in it. */
const CHECK = 'crc32';

/** What a safetensors file holds. */
export interface Safetensors {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The bytes of a file, from wherever they come, and what messages call it. */
export interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * Reads Hugging Face's safetensors format (github.com/huggingface/safetensors, "Format").
 *
 *   8 bytes: N, little-endian | N bytes of JSON: name -> dtype, shape, data_offsets | the tensors' bytes
 *
 * Nothing in the file is trusted: the header must describe each byte exactly once, and a file of this project must be what was
 * written, which its check tells; files from elsewhere have none.
 * Throws FileError, naming the file, when it is truncated, damaged, or of another element type.
 */
export function parseSafetensors({ name, bytes }: NamedBytes): Safetensors {
  try {
    const { text, payload } = splitHeader(bytes);
    const { entries, metadata } = parseHeader(text, payload.length);
    const { [CHECK]: check, ...texts } = metadata;
    if (check !== undefined) verify(check, [formatHeader(entries, texts), payload]);
    return {
      tensors: new Map(entries.map((entry) => [entry.name, decode(payload, entry)])),
      metadata: texts,
    };
  } catch (error) {
    throw new FileError(`${name}: ${(error as Error).message}`, { cause: error });
  }
}

/** Throws Error unless the check of a file is that of the file without it. */
function verify(check: string, parts: readonly Uint8Array[]): void {
  const is = crc32(parts);
  if (is === check) return;
  throw new Error(
    `is damaged: its ${CHECK} says ${check}, it has ${is}; take another copy, or, if a program has changed it on purpose, have that leave out the text ${CHECK}`,
  );
}

/**
 * Tensors and texts in that format, as the parts of a file, with a check of it all as the text `crc32`.
 *
 * As in the Python package, wider types come first, so that every tensor is aligned, then names in their order.
 */
export function formatSafetensors(
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array[] {
  const entries = place(tensors);
  const { [CHECK]: _, ...texts } = metadata;
  const payload = entries.map(({ name }) => encode(tensors.get(name)!));
  const check = crc32([formatHeader(entries, texts), ...payload]);
  return [formatHeader(entries, { ...texts, [CHECK]: check }), ...payload];
}

function place(tensors: ReadonlyMap<string, StoredTensor>): Entry[] {
  let at = 0;
  const typed = [...tensors].map(([name, tensor]) => ({ name, shape: tensor.shape, type: typeOf(tensor) }));
  const widest = typed.sort(
    (a, b) => ELEMENT_BYTES[b.type] - ELEMENT_BYTES[a.type] || compareBytes(utf8(a.name), utf8(b.name)),
  );
  return widest.map(({ name, shape, type }) => {
    const begin = at;
    at += sizeOf(shape) * ELEMENT_BYTES[type];
    return { name, type, shape, begin, end: at };
  });
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Negative if `a` comes first. */
function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const at = a.findIndex((byte, i) => byte !== b[i]);
  return at < 0 ? a.length - b.length : a[at]! - (b[at] ?? -1);
}

function typeOf({ data, dtype }: StoredTensor): ElementType {
  if (dtype) return 'F16';
  return data instanceof Float32Array ? 'F32' : 'F64';
}

function decode(payload: Uint8Array, { type, shape, begin, end }: Entry): StoredTensor {
  const bytes = new DataView(payload.buffer, payload.byteOffset + begin, end - begin);
  const data = type === 'F64' ? new Float64Array(sizeOf(shape)) : new Float32Array(sizeOf(shape));
  for (let i = 0; i < data.length; i++)
    data[i] = bytes[`get${JAVASCRIPT[type]}`](ELEMENT_BYTES[type] * i, true);
  return { shape, data, ...(type === 'F16' && { dtype: 'float16' }) };
}

function encode(tensor: StoredTensor): Uint8Array {
  const { data } = tensor;
  const type = typeOf(tensor);
  const bytes = new DataView(new ArrayBuffer(ELEMENT_BYTES[type] * data.length));
  data.forEach((value, i) => {
    bytes[`set${JAVASCRIPT[type]}`](ELEMENT_BYTES[type] * i, value, true);
  });
  return new Uint8Array(bytes.buffer);
}
