/** Bytes of a block, which is compressed as a whole. */
const BLOCK = 64;

const PRIMES = primes(64);

/** The first 32 bits of the fractions of the square roots of the first 8 primes, and of the cube roots of the first 64. */
const INITIAL = Int32Array.from(PRIMES.slice(0, 8), (prime) => fractionOf(Math.sqrt(prime)));
const CONSTANTS = Int32Array.from(PRIMES, (prime) => fractionOf(Math.cbrt(prime)));

/**
 * SHA-256 (FIPS 180-4, Section 6.2) of bytes and texts, in UTF-8, one after another: 32 bytes.
 *
 * `sha256(['ab', 'c'])` is `sha256(['abc'])`. In plain TypeScript, so that it is there in browsers, too, and at once.
 */
export function sha256(parts: Iterable<string | Uint8Array>): Uint8Array {
  const state = Int32Array.from(INITIAL);
  const block = new DataView(new ArrayBuffer(BLOCK));
  const bytesOfBlock = new Uint8Array(block.buffer);
  let length = 0;
  const absorb = (bytes: Uint8Array) => {
    for (let at = 0; at < bytes.length; ) {
      const filled = length % BLOCK;
      const taken = bytes.subarray(at, at + BLOCK - filled);
      bytesOfBlock.set(taken, filled);
      at += taken.length;
      length += taken.length;
      if (length % BLOCK === 0) compress(state, block);
    }
  };
  const encoder = new TextEncoder();
  for (const part of parts) absorb(typeof part === 'string' ? encoder.encode(part) : part);
  absorb(paddingOf(length));
  return bigEndian(state);
}

/** The same in hexadecimal: 64 digits. */
export function sha256Hex(parts: Iterable<string | Uint8Array>): string {
  return Array.from(sha256(parts), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** A one, as many zeros as fill a block but for 8 bytes, and in these the length in bits (Section 5.1.1). */
function paddingOf(length: number): Uint8Array {
  const size = BLOCK - ((length + 8) % BLOCK) + 8;
  const padding = new DataView(new ArrayBuffer(size));
  padding.setUint8(0, 0x80);
  padding.setBigUint64(size - 8, BigInt(length) * 8n);
  return new Uint8Array(padding.buffer);
}

const schedule = new Int32Array(64);

/** One block, in the names of Section 6.2.2; integers of 32 bits that may be negative are the faster ones. */
function compress(state: Int32Array, block: DataView): void {
  const W = schedule;
  for (let t = 0; t < 16; t++) W[t] = block.getInt32(4 * t);
  for (let t = 16; t < 64; t++) {
    const w2 = W[t - 2]!;
    const w15 = W[t - 15]!;
    const sigma0 = rotateRight(w15, 7) ^ rotateRight(w15, 18) ^ (w15 >>> 3);
    const sigma1 = rotateRight(w2, 17) ^ rotateRight(w2, 19) ^ (w2 >>> 10);
    W[t] = sigma1 + W[t - 7]! + sigma0 + W[t - 16]!;
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let t = 0; t < 64; t++) {
    const sum1 = rotateRight(e, 6) ^ rotateRight(e, 11) ^ rotateRight(e, 25);
    const choice = (e & f) ^ (~e & g);
    const T1 = (h + sum1 + choice + CONSTANTS[t]! + W[t]!) | 0;
    const sum0 = rotateRight(a, 2) ^ rotateRight(a, 13) ^ rotateRight(a, 22);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    h = g;
    g = f;
    f = e;
    e = (d + T1) | 0;
    d = c;
    c = b;
    b = a;
    a = (T1 + sum0 + majority) | 0;
  }
  const after = [a, b, c, d, e, f, g, h];
  for (let i = 0; i < 8; i++) state[i]! += after[i]!;
}

function rotateRight(x: number, bits: number): number {
  return (x >>> bits) | (x << (32 - bits));
}

function fractionOf(x: number): number {
  return ((x % 1) * 2 ** 32) | 0;
}

function primes(count: number): number[] {
  const found: number[] = [];
  for (let n = 2; found.length < count; n++) if (found.every((prime) => n % prime !== 0)) found.push(n);
  return found;
}

function bigEndian(words: Int32Array): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(words.byteLength));
  words.forEach((word, i) => {
    bytes.setInt32(4 * i, word);
  });
  return new Uint8Array(bytes.buffer);
}
