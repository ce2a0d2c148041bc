// The two products of attention over images side by side (lanes.ts): all numbers are vectors.

import { CHUNK_BYTES, VECTOR } from './lanes';

// Numbers as types, the number of their bytes: a generic function is compiled for each by itself.
@unmanaged
class One {
  a: u8;
}
@unmanaged
class Two extends One {
  b: u8;
}
@unmanaged
class Three extends Two {
  c: u8;
}
@unmanaged
class Four extends Three {
  d: u8;
}
@unmanaged
class Five extends Four {
  e: u8;
}
@unmanaged
class Six extends Five {
  f: u8;
}
@unmanaged
class Seven extends Six {
  g: u8;
}
@unmanaged
class Eight extends Seven {
  h: u8;
}
@unmanaged
class Nine extends Eight {
  i: u8;
}

/** Most neighbours whose inner products are summed at once: as many sums as there are registers for. */
export const MOST_DOTS: i32 = 9;

/**
 * to[j] = start[j] + sum_c own[c] seen[j, c] for J neighbours, at most 9, that lie side by side: J is known when this is compiled.
 *
 * The channels come in `chunks` chunks (one at least), which lie `ownChunk` and `seenChunk` bytes apart.
 */
// biome-ignore format: a pair of vectors a line
@inline
function dots<J>(
  own: usize, ownChunk: usize, seen: usize, seenChunk: usize, chunks: i32, start: usize, to: usize,
): void {
  let a0 = v128.load(start), b0 = v128.load(start, 16);
  let a1 = offsetof<J>() > 1 ? v128.load(start, 32) : a0, b1 = offsetof<J>() > 1 ? v128.load(start, 48) : b0;
  let a2 = offsetof<J>() > 2 ? v128.load(start, 64) : a0, b2 = offsetof<J>() > 2 ? v128.load(start, 80) : b0;
  let a3 = offsetof<J>() > 3 ? v128.load(start, 96) : a0, b3 = offsetof<J>() > 3 ? v128.load(start, 112) : b0;
  let a4 = offsetof<J>() > 4 ? v128.load(start, 128) : a0, b4 = offsetof<J>() > 4 ? v128.load(start, 144) : b0;
  let a5 = offsetof<J>() > 5 ? v128.load(start, 160) : a0, b5 = offsetof<J>() > 5 ? v128.load(start, 176) : b0;
  let a6 = offsetof<J>() > 6 ? v128.load(start, 192) : a0, b6 = offsetof<J>() > 6 ? v128.load(start, 208) : b0;
  let a7 = offsetof<J>() > 7 ? v128.load(start, 224) : a0, b7 = offsetof<J>() > 7 ? v128.load(start, 240) : b0;
  let a8 = offsetof<J>() > 8 ? v128.load(start, 256) : a0, b8 = offsetof<J>() > 8 ? v128.load(start, 272) : b0;
  do {
    for (let end = own + CHUNK_BYTES; own < end; own += VECTOR, seen += VECTOR) {
      const x = v128.load(own), y = v128.load(own, 16);
      a0 = f32x4.relaxed_madd(x, v128.load(seen, 0), a0); b0 = f32x4.relaxed_madd(y, v128.load(seen, 16), b0);
      if (offsetof<J>() > 1) { a1 = f32x4.relaxed_madd(x, v128.load(seen, 256), a1); b1 = f32x4.relaxed_madd(y, v128.load(seen, 272), b1); }
      if (offsetof<J>() > 2) { a2 = f32x4.relaxed_madd(x, v128.load(seen, 512), a2); b2 = f32x4.relaxed_madd(y, v128.load(seen, 528), b2); }
      if (offsetof<J>() > 3) { a3 = f32x4.relaxed_madd(x, v128.load(seen, 768), a3); b3 = f32x4.relaxed_madd(y, v128.load(seen, 784), b3); }
      if (offsetof<J>() > 4) { a4 = f32x4.relaxed_madd(x, v128.load(seen, 1024), a4); b4 = f32x4.relaxed_madd(y, v128.load(seen, 1040), b4); }
      if (offsetof<J>() > 5) { a5 = f32x4.relaxed_madd(x, v128.load(seen, 1280), a5); b5 = f32x4.relaxed_madd(y, v128.load(seen, 1296), b5); }
      if (offsetof<J>() > 6) { a6 = f32x4.relaxed_madd(x, v128.load(seen, 1536), a6); b6 = f32x4.relaxed_madd(y, v128.load(seen, 1552), b6); }
      if (offsetof<J>() > 7) { a7 = f32x4.relaxed_madd(x, v128.load(seen, 1792), a7); b7 = f32x4.relaxed_madd(y, v128.load(seen, 1808), b7); }
      if (offsetof<J>() > 8) { a8 = f32x4.relaxed_madd(x, v128.load(seen, 2048), a8); b8 = f32x4.relaxed_madd(y, v128.load(seen, 2064), b8); }
    }
    own += ownChunk - CHUNK_BYTES;
    seen += seenChunk - CHUNK_BYTES;
  } while (--chunks !== 0);
  v128.store(to, b0, 16); v128.store(to, a0, 0);
  if (offsetof<J>() > 1) { v128.store(to, b1, 48); v128.store(to, a1, 32); }
  if (offsetof<J>() > 2) { v128.store(to, b2, 80); v128.store(to, a2, 64); }
  if (offsetof<J>() > 3) { v128.store(to, b3, 112); v128.store(to, a3, 96); }
  if (offsetof<J>() > 4) { v128.store(to, b4, 144); v128.store(to, a4, 128); }
  if (offsetof<J>() > 5) { v128.store(to, b5, 176); v128.store(to, a5, 160); }
  if (offsetof<J>() > 6) { v128.store(to, b6, 208); v128.store(to, a6, 192); }
  if (offsetof<J>() > 7) { v128.store(to, b7, 240); v128.store(to, a7, 224); }
  if (offsetof<J>() > 8) { v128.store(to, b8, 272); v128.store(to, a8, 256); }
}

/** `dots` for `count` pixels side by side, each with neighbours one further on; their sums lie `toStep` bytes apart. */
function rowOfDots<J>(
  count: i32,
  own: usize,
  ownChunk: usize,
  seen: usize,
  seenChunk: usize,
  chunks: i32,
  start: usize,
  startStep: usize,
  to: usize,
  toStep: usize,
): void {
  for (; count > 0; count--) {
    dots<J>(own, ownChunk, seen, seenChunk, chunks, start, to);
    own += CHUNK_BYTES;
    seen += CHUNK_BYTES;
    start += startStep;
    to += toStep;
  }
}

/** `rowOfDots` for any J up to MOST_DOTS. */
export function dotRow(
  J: i32,
  count: i32,
  own: usize,
  ownChunk: usize,
  seen: usize,
  seenChunk: usize,
  chunks: i32,
  start: usize,
  startStep: usize,
  to: usize,
  toStep: usize,
): void {
  // biome-ignore format: a case a line
  switch (J) {
    case 1: rowOfDots<One>(count, own, ownChunk, seen, seenChunk, chunks, start, startStep, to, toStep); break;
    case 2: rowOfDots<Two>(count, own, ownChunk, seen, seenChunk, chunks, start, startStep, to, toStep); break;
    case 3: rowOfDots<Three>(count, own, ownChunk, seen, seenChunk, chunks, start, startStep, to, toStep); break;
    case 4: rowOfDots<Four>(count, own, ownChunk, seen, seenChunk, chunks, start, startStep, to, toStep); break;
    case 5: rowOfDots<Five>(count, own, ownChunk, seen, seenChunk, chunks, start, startStep, to, toStep); break;
    case 6: rowOfDots<Six>(count, own, ownChunk, seen, seenChunk, chunks, start, startStep, to, toStep); break;
    case 7: rowOfDots<Seven>(count, own, ownChunk, seen, seenChunk, chunks, start, startStep, to, toStep); break;
    case 8: rowOfDots<Eight>(count, own, ownChunk, seen, seenChunk, chunks, start, startStep, to, toStep); break;
    case 9: rowOfDots<Nine>(count, own, ownChunk, seen, seenChunk, chunks, start, startStep, to, toStep); break;
    default: unreachable();
  }
}

/**
 * to[c] = start[c] + sum_s sum_k w[s, k] x[s, k, c] for the 8 channels of a chunk.
 *
 * After each k, w moves on by wStep and x by a chunk; after each of the `segments` runs of `length` steps (one at least) by
 * wSegment and xSegment more.
 */
// biome-ignore format: a pair of vectors a line
@inline
export function weightedSums(
  w: usize, wStep: usize, wSegment: usize, x: usize, xSegment: usize, length: i32, segments: i32, start: usize, to: usize,
): void {
  let a0 = v128.load(start, 0), b0 = v128.load(start, 16);
  let a1 = v128.load(start, 32), b1 = v128.load(start, 48);
  let a2 = v128.load(start, 64), b2 = v128.load(start, 80);
  let a3 = v128.load(start, 96), b3 = v128.load(start, 112);
  let a4 = v128.load(start, 128), b4 = v128.load(start, 144);
  let a5 = v128.load(start, 160), b5 = v128.load(start, 176);
  let a6 = v128.load(start, 192), b6 = v128.load(start, 208);
  let a7 = v128.load(start, 224), b7 = v128.load(start, 240);
  do {
    let k = length;
    do {
      const p = v128.load(w), r = v128.load(w, 16);
      a0 = f32x4.relaxed_madd(p, v128.load(x, 0), a0); b0 = f32x4.relaxed_madd(r, v128.load(x, 16), b0);
      a1 = f32x4.relaxed_madd(p, v128.load(x, 32), a1); b1 = f32x4.relaxed_madd(r, v128.load(x, 48), b1);
      a2 = f32x4.relaxed_madd(p, v128.load(x, 64), a2); b2 = f32x4.relaxed_madd(r, v128.load(x, 80), b2);
      a3 = f32x4.relaxed_madd(p, v128.load(x, 96), a3); b3 = f32x4.relaxed_madd(r, v128.load(x, 112), b3);
      a4 = f32x4.relaxed_madd(p, v128.load(x, 128), a4); b4 = f32x4.relaxed_madd(r, v128.load(x, 144), b4);
      a5 = f32x4.relaxed_madd(p, v128.load(x, 160), a5); b5 = f32x4.relaxed_madd(r, v128.load(x, 176), b5);
      a6 = f32x4.relaxed_madd(p, v128.load(x, 192), a6); b6 = f32x4.relaxed_madd(r, v128.load(x, 208), b6);
      a7 = f32x4.relaxed_madd(p, v128.load(x, 224), a7); b7 = f32x4.relaxed_madd(r, v128.load(x, 240), b7);
      w += wStep;
      x += CHUNK_BYTES;
    } while (--k !== 0);
    w += wSegment;
    x += xSegment;
  } while (--segments !== 0);
  v128.store(to, b0, 16); v128.store(to, a0, 0);
  v128.store(to, b1, 48); v128.store(to, a1, 32);
  v128.store(to, b2, 80); v128.store(to, a2, 64);
  v128.store(to, b3, 112); v128.store(to, a3, 96);
  v128.store(to, b4, 144); v128.store(to, a4, 128);
  v128.store(to, b5, 176); v128.store(to, a5, 160);
  v128.store(to, b6, 208); v128.store(to, a6, 192);
  v128.store(to, b7, 240); v128.store(to, a7, 224);
}
