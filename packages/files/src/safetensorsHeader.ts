import { formatShape, sizeOf } from '@nlrn/tensor';
import * as z from 'zod';
import { parseJson } from './parseJson.ts';
import { describeIssues } from './schemaErrors.ts';

/** Bytes of an element, for the types that weights and checkpoints have. */
export const ELEMENT_BYTES = { F16: 2, F32: 4, F64: 8 } as const;

export type ElementType = keyof typeof ELEMENT_BYTES;

/** A tensor's place in the file: the bytes from `begin` up to `end`, counted from the end of the header. */
export interface Entry {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** Largest header that the Python package reads. */
const MAX_HEADER_BYTES = 100_000_000;

const whole = z.int().nonnegative();
const entrySchema = z.strictObject({
  dtype: z.string(),
  shape: z.array(whole),
  data_offsets: z.tuple([whole, whole]),
});
const metadataSchema = z.record(z.string(), z.string());

/** A file's header and what follows it; throws Error, saying what is wrong, if there is none. */
export function splitHeader(file: Uint8Array): { text: string; payload: Uint8Array } {
  if (file.length < 8) throw new Error(`is truncated: ${file.length} bytes, a header's length alone has 8`);
  const length = new DataView(file.buffer, file.byteOffset).getBigUint64(0, true);
  if (length > BigInt(Math.min(file.length - 8, MAX_HEADER_BYTES))) {
    throw new Error(
      `is truncated or no safetensors file: its header would have ${length} bytes, the file has ${file.length}`,
    );
  }
  const end = 8 + Number(length);
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(file.subarray(8, end));
  return { text, payload: file.subarray(end) };
}

/**
 * Reads a header and checks every statement in it against the `payload` bytes that follow it.
 *
 * Throws Error, saying what is wrong, for anything but a partition of the payload into tensors.
 */
export function parseHeader(
  text: string,
  payload: number,
): { entries: Entry[]; metadata: Record<string, string> } {
  const { __metadata__ = {}, ...described } = parseObject(text);
  const metadata = metadataSchema.safeParse(__metadata__);
  if (!metadata.success) throw new Error(`has metadata other than texts: ${describeIssues(metadata.error)}`);
  const entries = Object.entries(described).map(([name, entry]) => parseEntry(name, entry, payload));
  checkPartition(entries, payload);
  return { entries, metadata: metadata.data };
}

/** The header as the Python package writes it: JSON, padded with spaces to a multiple of 8 bytes. */
export function formatHeader(
  entries: readonly Entry[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const described = entries.map(({ name, type, shape, begin, end }) => [
    name,
    { dtype: type, shape, data_offsets: [begin, end] },
  ]);
  const text = JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(described) });
  const json = new TextEncoder().encode(text);
  const header = new Uint8Array(8 + Math.ceil(json.length / 8) * 8).fill(' '.charCodeAt(0));
  new DataView(header.buffer).setBigUint64(0, BigInt(header.length - 8), true);
  header.set(json, 8);
  return header;
}

function parseObject(text: string): Record<string, unknown> {
  const parsed = parseHeaderJson(text);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new Error('is damaged: its header is not a JSON object');
  }
  return parsed as Record<string, unknown>;
}

function parseHeaderJson(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    const fault = (error as Error).message;
    throw new Error(`is damaged or no safetensors file: its header ${fault}`, { cause: error });
  }
}

function parseEntry(name: string, given: unknown, payload: number): Entry {
  const entry = entrySchema.safeParse(given);
  if (!entry.success) throw new Error(`is damaged: tensor ${name}: ${describeIssues(entry.error)}`);
  const { dtype, shape, data_offsets } = entry.data;
  if (!isElementType(dtype)) {
    const known = Object.keys(ELEMENT_BYTES).filter(isElementType).join(' and ');
    throw new Error(`holds tensor ${name} of type ${dtype}; convert it, ${known} can be read`);
  }
  const [begin, end] = data_offsets;
  if (begin > end || end > payload) {
    throw new Error(`is truncated or damaged: tensor ${name} has bytes ${begin} to ${end} of ${payload}`);
  }
  const needed = sizeOf(shape) * ELEMENT_BYTES[dtype];
  if (end - begin !== needed) {
    throw new Error(
      `is damaged: tensor ${name} ${formatShape(shape)} of ${dtype} needs ${needed} bytes, it has ${end - begin}`,
    );
  }
  return { name, type: dtype, shape, begin, end };
}

function isElementType(dtype: string): dtype is ElementType {
  // JavaScript has it since Node 24.
  const isKnown = dtype !== 'F16' || 'Float16Array' in globalThis;
  return isKnown && Object.hasOwn(ELEMENT_BYTES, dtype);
}

/** Throws unless the tensors, in order of their offsets, fill the payload without gap or overlap. */
function checkPartition(entries: readonly Entry[], payload: number): void {
  let at = 0;
  for (const { name, begin, end } of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    const fault = begin < at ? 'overlaps another tensor' : 'leaves a gap before it';
    if (begin !== at) throw new Error(`is damaged: tensor ${name} at byte ${begin} ${fault}`);
    at = end;
  }
  if (at !== payload) throw new Error(`is damaged: ${payload - at} bytes follow the last tensor`);
}
