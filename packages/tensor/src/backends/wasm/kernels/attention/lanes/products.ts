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

/**
 * to[p, j] = start[p, j] + sum_c own[p, c] seen[p + j, c] for two pixels p side by side and J neighbours of each, at most 6,
 * that lie side by side: J is known when this is compiled. What a neighbour of both is loaded for are two multiply-adds:
 * one pixel alone would wait for its loads.
 *
 * The channels come in `chunks` chunks (one at least), which lie `ownChunk` and `seenChunk` bytes apart; the sums of the second
 * pixel lie `startStep` and `toStep` bytes behind those of the first.
 */
// biome-ignore format: a pair of vectors a line
@inline
function dots<J>(
  own: usize, ownChunk: usize, seen: usize, seenChunk: usize, chunks: i32,
  start: usize, startStep: usize, to: usize, toStep: usize,
): void {
  let a0 = v128.load(start), b0 = v128.load(start, 16);
  let a1 = offsetof<J>() > 1 ? v128.load(start, 32) : a0, b1 = offsetof<J>() > 1 ? v128.load(start, 48) : b0;
  let a2 = offsetof<J>() > 2 ? v128.load(start, 64) : a0, b2 = offsetof<J>() > 2 ? v128.load(start, 80) : b0;
  let a3 = offsetof<J>() > 3 ? v128.load(start, 96) : a0, b3 = offsetof<J>() > 3 ? v128.load(start, 112) : b0;
  let a4 = offsetof<J>() > 4 ? v128.load(start, 128) : a0, b4 = offsetof<J>() > 4 ? v128.load(start, 144) : b0;
  let a5 = offsetof<J>() > 5 ? v128.load(start, 160) : a0, b5 = offsetof<J>() > 5 ? v128.load(start, 176) : b0;
  start += startStep;
  let c0 = v128.load(start), d0 = v128.load(start, 16);
  let c1 = offsetof<J>() > 1 ? v128.load(start, 32) : c0, d1 = offsetof<J>() > 1 ? v128.load(start, 48) : d0;
  let c2 = offsetof<J>() > 2 ? v128.load(start, 64) : c0, d2 = offsetof<J>() > 2 ? v128.load(start, 80) : d0;
  let c3 = offsetof<J>() > 3 ? v128.load(start, 96) : c0, d3 = offsetof<J>() > 3 ? v128.load(start, 112) : d0;
  let c4 = offsetof<J>() > 4 ? v128.load(start, 128) : c0, d4 = offsetof<J>() > 4 ? v128.load(start, 144) : d0;
  let c5 = offsetof<J>() > 5 ? v128.load(start, 160) : c0, d5 = offsetof<J>() > 5 ? v128.load(start, 176) : d0;
  do {
    for (let end = own + CHUNK_BYTES; own < end; own += VECTOR, seen += VECTOR) {
      const x0 = v128.load(own), y0 = v128.load(own, 16), x1 = v128.load(own, 256), y1 = v128.load(own, 272);
      let u = v128.load(seen), v = v128.load(seen, 16);
      a0 = f32x4.relaxed_madd(x0, u, a0); b0 = f32x4.relaxed_madd(y0, v, b0);
      u = v128.load(seen, 256); v = v128.load(seen, 272);
      c0 = f32x4.relaxed_madd(x1, u, c0); d0 = f32x4.relaxed_madd(y1, v, d0);
      if (offsetof<J>() > 1) {
        a1 = f32x4.relaxed_madd(x0, u, a1); b1 = f32x4.relaxed_madd(y0, v, b1);
        u = v128.load(seen, 512); v = v128.load(seen, 528);
        c1 = f32x4.relaxed_madd(x1, u, c1); d1 = f32x4.relaxed_madd(y1, v, d1);
      }
      if (offsetof<J>() > 2) {
        a2 = f32x4.relaxed_madd(x0, u, a2); b2 = f32x4.relaxed_madd(y0, v, b2);
        u = v128.load(seen, 768); v = v128.load(seen, 784);
        c2 = f32x4.relaxed_madd(x1, u, c2); d2 = f32x4.relaxed_madd(y1, v, d2);
      }
      if (offsetof<J>() > 3) {
        a3 = f32x4.relaxed_madd(x0, u, a3); b3 = f32x4.relaxed_madd(y0, v, b3);
        u = v128.load(seen, 1024); v = v128.load(seen, 1040);
        c3 = f32x4.relaxed_madd(x1, u, c3); d3 = f32x4.relaxed_madd(y1, v, d3);
      }
      if (offsetof<J>() > 4) {
        a4 = f32x4.relaxed_madd(x0, u, a4); b4 = f32x4.relaxed_madd(y0, v, b4);
        u = v128.load(seen, 1280); v = v128.load(seen, 1296);
        c4 = f32x4.relaxed_madd(x1, u, c4); d4 = f32x4.relaxed_madd(y1, v, d4);
      }
      if (offsetof<J>() > 5) {
        a5 = f32x4.relaxed_madd(x0, u, a5); b5 = f32x4.relaxed_madd(y0, v, b5);
        u = v128.load(seen, 1536); v = v128.load(seen, 1552);
        c5 = f32x4.relaxed_madd(x1, u, c5); d5 = f32x4.relaxed_madd(y1, v, d5);
      }
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
  to += toStep;
  v128.store(to, d0, 16); v128.store(to, c0, 0);
  if (offsetof<J>() > 1) { v128.store(to, d1, 48); v128.store(to, c1, 32); }
  if (offsetof<J>() > 2) { v128.store(to, d2, 80); v128.store(to, c2, 64); }
  if (offsetof<J>() > 3) { v128.store(to, d3, 112); v128.store(to, c3, 96); }
  if (offsetof<J>() > 4) { v128.store(to, d4, 144); v128.store(to, c4, 128); }
  if (offsetof<J>() > 5) { v128.store(to, d5, 176); v128.store(to, c5, 160); }
}

/** `dots` for any J up to MOST_DOTS. */
// biome-ignore format: a case a line
export function dotPair(
  J: i32, own: usize, ownChunk: usize, seen: usize, seenChunk: usize, chunks: i32,
  start: usize, startStep: usize, to: usize, toStep: usize,
): void {
  switch (J) {
    case 1: dots<One>(own, ownChunk, seen, seenChunk, chunks, start, startStep, to, toStep); break;
    case 2: dots<Two>(own, ownChunk, seen, seenChunk, chunks, start, startStep, to, toStep); break;
    case 3: dots<Three>(own, ownChunk, seen, seenChunk, chunks, start, startStep, to, toStep); break;
    case 4: dots<Four>(own, ownChunk, seen, seenChunk, chunks, start, startStep, to, toStep); break;
    case 5: dots<Five>(own, ownChunk, seen, seenChunk, chunks, start, startStep, to, toStep); break;
    case 6: dots<Six>(own, ownChunk, seen, seenChunk, chunks, start, startStep, to, toStep); break;
    default: unreachable();
  }
}

/** The inner product of a pixel's channels at x and y, in chunks of which both lie `chunk` bytes apart. */
// biome-ignore format: a pair of vectors a line
export function dotPixel(x: usize, y: usize, chunk: usize, chunks: i32, to: usize): void {
  let a0 = f32x4.splat(0), b0 = a0, a1 = a0, b1 = a0;
  for (; chunks > 0; chunks--, x += chunk - CHUNK_BYTES, y += chunk - CHUNK_BYTES) {
    for (let end = x + CHUNK_BYTES; x < end; x += 2 * VECTOR, y += 2 * VECTOR) {
      a0 = f32x4.relaxed_madd(v128.load(x), v128.load(y), a0); b0 = f32x4.relaxed_madd(v128.load(x, 16), v128.load(y, 16), b0);
      a1 = f32x4.relaxed_madd(v128.load(x, 32), v128.load(y, 32), a1); b1 = f32x4.relaxed_madd(v128.load(x, 48), v128.load(y, 48), b1);
    }
  }
  a0 = f32x4.add(a0, a1); b0 = f32x4.add(b0, b1);
  v128.store(to, b0, 16); v128.store(to, a0);
}

/** Bytes of the channels whose sums are taken at once: half a chunk. */
export const SUMMED_BYTES: usize = CHUNK_BYTES / 2;

/**
 * to[i, c] = start[i, c] + sum_s sum_k w[i, s, k] x[s, k, c] for two weights i of each x[s, k] and 4 channels.
 *
 * The second weight lies `other` bytes behind the first. After each k, w moves on by wStep and x by a chunk; after each of
 * the `segments` runs of `length` steps by wSegment and xSegment more. With `head` a run begins with a step of the first
 * weight alone; with `tail` it ends with one of the second. Second sums lie startOther and toOther bytes behind first ones.
 */
// biome-ignore format: a pair of vectors a line
@inline
export function weightedSums(
  w: usize, other: usize, wStep: usize, wSegment: usize, x: usize, xSegment: usize, head: bool, length: i32, tail: bool, segments: i32,
  start: usize, startOther: usize, to: usize, toOther: usize,
): void {
  let a0 = v128.load(start, 0), b0 = v128.load(start, 16);
  let a1 = v128.load(start, 32), b1 = v128.load(start, 48);
  let a2 = v128.load(start, 64), b2 = v128.load(start, 80);
  let a3 = v128.load(start, 96), b3 = v128.load(start, 112);
  start += startOther;
  let c0 = v128.load(start, 0), d0 = v128.load(start, 16);
  let c1 = v128.load(start, 32), d1 = v128.load(start, 48);
  let c2 = v128.load(start, 64), d2 = v128.load(start, 80);
  let c3 = v128.load(start, 96), d3 = v128.load(start, 112);
  do {
    if (head) {
      const p = v128.load(w), r = v128.load(w, 16);
      const x0 = v128.load(x, 0), y0 = v128.load(x, 16);
      const x1 = v128.load(x, 32), y1 = v128.load(x, 48);
      const x2 = v128.load(x, 64), y2 = v128.load(x, 80);
      const x3 = v128.load(x, 96), y3 = v128.load(x, 112);
      a0 = f32x4.relaxed_madd(p, x0, a0); b0 = f32x4.relaxed_madd(r, y0, b0);
      a1 = f32x4.relaxed_madd(p, x1, a1); b1 = f32x4.relaxed_madd(r, y1, b1);
      a2 = f32x4.relaxed_madd(p, x2, a2); b2 = f32x4.relaxed_madd(r, y2, b2);
      a3 = f32x4.relaxed_madd(p, x3, a3); b3 = f32x4.relaxed_madd(r, y3, b3);
      w += wStep;
      x += CHUNK_BYTES;
    }
    let v = w + other;
    for (let k = length; k > 0; k--) {
      const p = v128.load(w), r = v128.load(w, 16), s = v128.load(v), t = v128.load(v, 16);
      const x0 = v128.load(x, 0), y0 = v128.load(x, 16);
      a0 = f32x4.relaxed_madd(p, x0, a0); b0 = f32x4.relaxed_madd(r, y0, b0);
      c0 = f32x4.relaxed_madd(s, x0, c0); d0 = f32x4.relaxed_madd(t, y0, d0);
      const x1 = v128.load(x, 32), y1 = v128.load(x, 48);
      a1 = f32x4.relaxed_madd(p, x1, a1); b1 = f32x4.relaxed_madd(r, y1, b1);
      c1 = f32x4.relaxed_madd(s, x1, c1); d1 = f32x4.relaxed_madd(t, y1, d1);
      const x2 = v128.load(x, 64), y2 = v128.load(x, 80);
      a2 = f32x4.relaxed_madd(p, x2, a2); b2 = f32x4.relaxed_madd(r, y2, b2);
      c2 = f32x4.relaxed_madd(s, x2, c2); d2 = f32x4.relaxed_madd(t, y2, d2);
      const x3 = v128.load(x, 96), y3 = v128.load(x, 112);
      a3 = f32x4.relaxed_madd(p, x3, a3); b3 = f32x4.relaxed_madd(r, y3, b3);
      c3 = f32x4.relaxed_madd(s, x3, c3); d3 = f32x4.relaxed_madd(t, y3, d3);
      w += wStep;
      v += wStep;
      x += CHUNK_BYTES;
    }
    if (tail) {
      const s = v128.load(v), t = v128.load(v, 16);
      const x0 = v128.load(x, 0), y0 = v128.load(x, 16);
      const x1 = v128.load(x, 32), y1 = v128.load(x, 48);
      const x2 = v128.load(x, 64), y2 = v128.load(x, 80);
      const x3 = v128.load(x, 96), y3 = v128.load(x, 112);
      c0 = f32x4.relaxed_madd(s, x0, c0); d0 = f32x4.relaxed_madd(t, y0, d0);
      c1 = f32x4.relaxed_madd(s, x1, c1); d1 = f32x4.relaxed_madd(t, y1, d1);
      c2 = f32x4.relaxed_madd(s, x2, c2); d2 = f32x4.relaxed_madd(t, y2, d2);
      c3 = f32x4.relaxed_madd(s, x3, c3); d3 = f32x4.relaxed_madd(t, y3, d3);
      w += wStep;
      x += CHUNK_BYTES;
    }
    w += wSegment;
    x += xSegment;
  } while (--segments !== 0);
  v128.store(to, b0, 16); v128.store(to, a0, 0);
  v128.store(to, b1, 48); v128.store(to, a1, 32);
  v128.store(to, b2, 80); v128.store(to, a2, 64);
  v128.store(to, b3, 112); v128.store(to, a3, 96);
  to += toOther;
  v128.store(to, d0, 16); v128.store(to, c0, 0);
  v128.store(to, d1, 48); v128.store(to, c1, 32);
  v128.store(to, d2, 80); v128.store(to, c2, 64);
  v128.store(to, d3, 112); v128.store(to, c3, 96);
}
