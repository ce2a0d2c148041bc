import * as zlib from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { crc32 } from '../src/crc32.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);

test("its usual check value is that of the nine digits, and nothing's is zero", () => {
  assert.is(crc32([bytesOf('123456789')]), 'cbf43926');
  assert.is(crc32([]), '00000000');
});

test("it is zlib's, in however many parts the bytes come", () => {
  const bytes = Uint8Array.from({ length: 1000 }, (_, i) => (i * i * 31 + 7) >> 3);
  const whole = zlib.crc32(bytes).toString(16).padStart(8, '0');
  for (const cut of [0, 1, 500, 1000]) assert.is(crc32([bytes.subarray(0, cut), bytes.subarray(cut)]), whole);
});

test.run();
