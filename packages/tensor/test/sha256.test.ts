import { createHash } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { sha256, sha256Hex } from '../src/sha256.ts';

/** The digest by Node, of OpenSSL. */
const expected = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest('hex');

test('the examples of FIPS 180-4', () => {
  for (const [text, digest] of [
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    ],
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ] as const) {
    assert.is(sha256Hex([text]), digest);
  }
});

test('bytes of every length around that of a block are those of Node', () => {
  const bytes = Uint8Array.from({ length: 200 }, (_, i) => (i * 167 + 13) % 256);
  for (let length = 0; length <= bytes.length; length++) {
    const part = bytes.subarray(0, length);
    assert.is(sha256Hex([part]), expected(part), `${length} bytes`);
  }
});

test('texts are in UTF-8, and parts one after another, wherever they are cut', () => {
  const text =
    'naïve – 画像 🙂, a lone surrogate \ud800, and what fills a second block with more than enough text';
  assert.is(sha256Hex([text]), expected(text));
  const bytes = new TextEncoder().encode(text);
  for (let cut = 0; cut <= bytes.length; cut++) {
    assert.is(sha256Hex([bytes.subarray(0, cut), '', bytes.subarray(cut)]), expected(text));
  }
  assert.is(sha256Hex(['ab', 'c']), sha256Hex(['abc']));
});

test('a megabyte, and the same twice in turn with another', () => {
  const million = new Uint8Array(1e6).fill(97);
  // FIPS 180-2's third example.
  const digest = 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0';
  assert.is(sha256Hex([million]), digest);
  sha256(['another']);
  assert.is(sha256Hex([million]), digest);
});

test.run();
