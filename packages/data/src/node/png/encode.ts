import { deflateSync } from 'node:zlib';
import { slicesOf } from '@nlrn/files';
import { quantize } from '../../quantize.ts';
import type { Picture } from '../picture.ts';
import { type Chunk, chunkBytes, SIGNATURE } from './chunk.ts';
import { filter } from './filters.ts';
import { GREY, GREY_ALPHA, RGB, RGB_ALPHA } from './header.ts';

/** Bytes of an IDAT chunk at the most: PNG allows 2^31 - 1 (Section 5.3); smaller ones are written and sent one by one. */
const MOST_BYTES = 2 ** 26;

/** The parts of a PNG file: grey or RGB, with alpha if the picture has it, 8 or 16 bits a sample, not interlaced. */
export function encodePng(picture: Picture, mostBytes = MOST_BYTES): Uint8Array[] {
  const S = picture.image.channels + (picture.alpha ? 1 : 0);
  const bytes = S * (picture.bitDepth / 8);
  const rows = filter(storedBytes(picture, S), picture.image.width * bytes, bytes);
  const chunks: Chunk[] = [
    { type: 'IHDR', data: headerBytes(picture) },
    ...picture.description,
    ...slicesOf(deflateSync(rows), mostBytes).map((data) => ({ type: 'IDAT', data })),
    { type: 'IEND', data: new Uint8Array() },
  ];
  return [SIGNATURE, ...chunks.map(chunkBytes)];
}

/** Section 11.2.1. */
function headerBytes({ image, alpha, bitDepth }: Picture): Uint8Array {
  const [opaque, transparent] = image.channels === 1 ? [GREY, GREY_ALPHA] : [RGB, RGB_ALPHA];
  const bytes = Buffer.alloc(13);
  bytes.writeUInt32BE(image.width, 0);
  bytes.writeUInt32BE(image.height, 4);
  bytes[8] = bitDepth;
  bytes[9] = alpha ? transparent : opaque;
  return bytes;
}

/** [H, W, S] integers, the high byte of 16 bits first. */
function storedBytes({ image, alpha, bitDepth }: Picture, S: number): Uint8Array {
  const [C, levels, step] = [image.channels, 2 ** bitDepth - 1, bitDepth / 8];
  const bytes = new Uint8Array((image.data.length / C) * S * step);
  for (let i = 0, at = 0; at < bytes.length; i++, at += step) {
    const [pixel, s] = [Math.floor(i / S), i % S];
    const value = quantize(s < C ? image.data[pixel * C + s]! : alpha![pixel]!, levels);
    if (step === 2) bytes[at] = value >> 8;
    bytes[at + step - 1] = value & 255;
  }
  return bytes;
}
