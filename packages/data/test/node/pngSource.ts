/** A small PNG encoder of its own, for files that ours does not write. Rows take the filters 0 … 4 in turn. */
import { crc32, deflateSync } from 'node:zlib';

/** An image of the tests, in any form that PNG has. */
export interface Source {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly colorType: number;
  readonly interlaced?: boolean;
  /** Samples of the pixel at (x, y). */
  readonly pixel: (x: number, y: number) => readonly number[];
  readonly palette?: readonly number[];
  readonly transparency?: readonly number[];
}

export const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');

export function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

export function header({ width, height, depth, colorType, interlaced = false }: Source): Buffer {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(width, 0);
  data.writeUInt32BE(height, 4);
  data.set([depth, colorType, 0, 0, interlaced ? 1 : 0], 8);
  return data;
}

function packRow(samples: readonly number[], depth: number): number[] {
  const bits = samples.map((s) => s.toString(2).padStart(depth, '0')).join('');
  return (bits.match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2));
}

/** Adds the filter's prediction back out: PNG specification, Section 9.2. */
function filterRow(filter: number, row: readonly number[], above: readonly number[], step: number): number[] {
  return row.map((byte, i) => {
    const [left, up, corner] = [row[i - step] ?? 0, above[i] ?? 0, i < step ? 0 : (above[i - step] ?? 0)];
    const guess = left + up - corner;
    const nearest = [left, up, corner].reduce((best, v) =>
      Math.abs(guess - v) < Math.abs(guess - best) ? v : best,
    );
    return (byte - [0, left, up, (left + up) >> 1, nearest][filter]!) & 255;
  });
}

function encodePass(source: Source, [x0, y0, dx, dy]: readonly number[]): number[] {
  const bytes: number[] = [];
  const step = Math.max(1, (source.pixel(0, 0).length * source.depth) >> 3);
  let above: number[] = [];
  for (let y = y0!, line = 0; y < source.height; y += dy!, line++) {
    const samples: number[] = [];
    for (let x = x0!; x < source.width; x += dx!) samples.push(...source.pixel(x, y));
    if (samples.length === 0) return [];
    const row = packRow(samples, source.depth);
    bytes.push(line % 5, ...filterRow(line % 5, row, above, step));
    above = row;
  }
  return bytes;
}

const ADAM7 = ['0088', '4088', '0448', '2044', '0224', '1022', '0112'].map((pass) => [...pass].map(Number));

/** The chunks of the file after the signature, with the pixel data in two IDAT chunks. */
export function encodeChunks(source: Source): Buffer[] {
  const passes = source.interlaced ? ADAM7 : [[0, 0, 1, 1]];
  const data = deflateSync(Buffer.from(passes.flatMap((pass) => encodePass(source, pass))));
  const middle = data.length >> 1;
  return [
    chunk('IHDR', header(source)),
    ...(source.palette ? [chunk('PLTE', Uint8Array.from(source.palette))] : []),
    ...(source.transparency ? [chunk('tRNS', Uint8Array.from(source.transparency))] : []),
    chunk('IDAT', data.subarray(0, middle)),
    chunk('IDAT', data.subarray(middle)),
    chunk('IEND', new Uint8Array()),
  ];
}

export const encode = (source: Source) => Buffer.concat([SIGNATURE, ...encodeChunks(source)]);
