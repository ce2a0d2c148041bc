import { readFileSync } from 'node:fs';

/** A tensor of a fixture. */
export interface Stored {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

interface Header {
  readonly [name: string]: { readonly shape: number[]; readonly data_offsets: [number, number] };
}

/** Reads `fixtures/<name>.safetensors`, which `fixtures/make.py` wrote: float32 tensors by name. */
export function readFixture(name: string): ReadonlyMap<string, Stored> {
  const file = readFileSync(new URL(`fixtures/${name}.safetensors`, import.meta.url));
  const start = 8 + Number(file.readBigUInt64LE(0));
  const header = JSON.parse(file.toString('utf8', 8, start)) as Header;
  const floats = (begin: number, end: number) =>
    Float32Array.from({ length: (end - begin) / 4 }, (_, i) => file.readFloatLE(start + begin + 4 * i));
  return new Map(
    Object.entries(header).map(([key, { shape, data_offsets }]) => [
      key,
      { shape, data: floats(...data_offsets) },
    ]),
  );
}
