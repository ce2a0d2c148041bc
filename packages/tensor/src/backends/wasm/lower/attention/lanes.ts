import { commonDivisor } from '../../../../commonDivisor.ts';
import type { AttentionParams } from '../../../../primitives/attention.ts';
import type { Shape } from '../../../../shape.ts';
import { CHUNK, KEPT_IN_LANES, LANES, MOST_DOTS } from '../../kernels/constants.ts';
import { call, type Located, type Lowering, type Place, perThread, roundUp, type Scratch } from '../call.ts';

/** Most pixels of a row of a block, an even number (measured: restoring with 16 takes a tenth longer, with 64 as long). */
const MOST_ACROSS = 32;
/** Most numbers of a block's bands, so that they stay in L2: all of the forward pass; two of the gradient's three matrices. */
const MOST_BANDS = 32 * 1024;
const MOST_BANDS_GRAD = 128 * 1024;
/**
 * Most numbers that are packed at once in the forward pass, so that they stay in the caches: of larger images slabs are, as
 * wide as a block (measured: 128 x 128, q = 9, l = 64, m = 128 takes 0.87 times as long; with slabs of two blocks 0.97).
 */
const MOST_PACKED = 2 * 1024 * 1024;
/** Sets of sums in the gradient, whatever the number of threads: pieces of work. */
const LEAST_SETS = 4;

/** Strips into which an image is cut so that all of [B, H, W, …] fill the lanes. */
export function stripsOf([B]: Shape): number {
  return LANES / commonDivisor(LANES, B!);
}

/**
 * Whether there are images for most lanes: in the gradient an image is not cut. It takes two neighbours at once, which in
 * images of one column would be the same.
 */
export function fillsLanes([B, , W]: Shape): boolean {
  return W! > 1 && B! / (LANES * Math.ceil(B! / LANES)) > 0.6;
}

export const lowerLanes: Lowering<'windowedAttention'> = (
  [theta, psi, g, previous],
  [Z, logits, statistics],
  params,
  scratch,
) => {
  const strips = stripsOf(theta.shape);
  const geometry = geometryOf(theta, g, params, strips, MOST_BANDS);
  const { l, m, r, P, band, own } = geometry;
  const slabs = slabsOf(geometry);
  const [psiLanes, packPsi] = packLanes(psi, l, r, slabs, geometry, scratch);
  const [gLanes, packG] = packLanes(g, m, r, slabs, geometry, scratch);
  const block = perThread(
    P * (band + wholeChunks(m) * LANES + KEPT_IN_LANES) + band + own(l) + geometry.room,
    scratch,
  );
  const args = { ...geometry.args, inLanes: logits.inLanes };
  const given = { theta, psi: psiLanes, g: gLanes, previous };
  return slabs.flatMap((slab, i) => [
    packPsi[i]!,
    packG[i]!,
    call('laneAttention', { ...args, ...given, Z, logits, statistics, ...slab, scratch: block }),
  ]);
};

export const lowerLanesGrad: Lowering<'windowedAttentionGrad'> = (
  [gZ, theta, psi, g, Z, logits, statistics, gLogits],
  [dtheta, dpsi, dg, dlogits, previous],
  params,
  scratch,
) => {
  const geometry = geometryOf(theta, g, params, 1, MOST_BANDS_GRAD / 2);
  const { H, W, l, m, r, P, band, own, groups } = geometry;
  const slabs = [{ firstColumn: 0, columns: W }];
  const [psiLanes, packPsi] = packLanes(psi, l, r, slabs, geometry, scratch);
  const [gLanes, packG] = packLanes(g, m, r, slabs, geometry, scratch);
  const sets = Math.min(H, Math.ceil(LEAST_SETS / groups));
  const setRows = Math.ceil(H / sets) + 2 * r;
  const [psiSums, foldPsi] = setsOfSums(dpsi, l, { ...geometry, sets, setRows }, scratch);
  const [gSums, foldG] = setsOfSums(dg, m, { ...geometry, sets, setRows }, scratch);
  const block = perThread(
    P * (3 * band + wholeChunks(l) * LANES) + KEPT_IN_LANES + band + own(l) + 2 * own(m) + geometry.room,
    scratch,
  );
  const args = { ...geometry.args, inLanes: logits.inLanes };
  const given = { gZ, Z, theta, psi: psiLanes, g: gLanes, logits, statistics, gLogits };
  const made = { dtheta, dpsi: psiSums, dg: gSums, dlogits, previous };
  return [
    ...packPsi,
    ...packG,
    call('laneAttentionGrad', { ...args, ...given, ...made, sets, setRows, scratch: block }),
    foldPsi,
    foldG,
  ];
};

interface Geometry {
  readonly H: number;
  readonly W: number;
  readonly r: number;
  /** How images are cut: see kernels/attention/lanes/lanes.ts. */
  readonly pieces: Readonly<Record<'B' | 'H' | 'W' | 'strips' | 'height', number>>;
  readonly groups: number;
  readonly height: number;
}

/** The kernels' geometry, images cut into `strips` pieces: see kernels/attention/lanes/attention.ts. */
function geometryOf(theta: Place, g: Place, { q, normalize }: AttentionParams, strips: number, most: number) {
  const [B, H, W, l] = theta.shape as [number, number, number, number];
  const m = g.shape[3]!;
  const height = Math.ceil(H / strips);
  const pieces = { B, H, W, strips, height };
  const across = roundUp(Math.ceil(W / Math.ceil(W / MOST_ACROSS)), 2);
  const band = (q * q + 1) * LANES;
  const down = Math.ceil(height / Math.ceil(height / Math.max(1, Math.floor(most / (across * band)))));
  return {
    H,
    W,
    l,
    m,
    r: (q - 1) / 2,
    pieces,
    groups: Math.ceil((B * strips) / LANES),
    height,
    /** Most pixels of a block. */
    P: across * down,
    across,
    /** Numbers of a band, and of what useScratch takes. */
    band,
    /** Numbers of C channels of a block's own pixels. */
    own: (C: number) => down * (across + 1) * wholeChunks(C) * LANES,
    room: LANES + MOST_DOTS * LANES + CHUNK * LANES + Math.max(q * q, across * Math.max(l, m)),
    args: { ...pieces, q, softmax: normalize === 'softmax', across, down, l, m },
  };
}

/** Columns of images. */
interface Slab {
  readonly firstColumn: number;
  readonly columns: number;
}

/** The columns of images that are packed and then attended to: all of them if they have room in the caches. */
function slabsOf({
  W,
  r,
  l,
  m,
  groups,
  height,
  across,
}: Geometry & Record<'l' | 'm' | 'across', number>): Slab[] {
  const numbers = (columns: number) => groups * (height + 2 * r) * (columns + 2 * r) * (l + m) * LANES;
  if (numbers(W) <= MOST_PACKED) return [{ firstColumn: 0, columns: W }];
  return Array.from({ length: Math.ceil(W / across) }, (_, i) => ({
    firstColumn: i * across,
    columns: Math.min(across, W - i * across),
  }));
}

/** Slabs of an image in lanes, with a circular border of r pixels, in the same place, and the calls that put them there. */
function packLanes(
  x: Located,
  C: number,
  r: number,
  slabs: readonly Slab[],
  { pieces, groups, height }: Geometry,
  scratch: Scratch,
) {
  const most = Math.max(...slabs.map(({ columns }) => columns));
  const to = scratch.floats(
    groups * (height + 2 * r) * columnsOfRow(most, r) * wholeChunks(C) * LANES + CHUNK * LANES,
  );
  return [to, slabs.map((slab) => call('packLanes', { ...pieces, x, to, C, r, ...slab }))] as const;
}

/** Memory for sums of C channels in lanes, and the call that adds them up to y [B, H, W, C]. */
function setsOfSums(
  y: Located,
  C: number,
  { pieces, groups, W, r, sets, setRows }: Geometry & { readonly sets: number; readonly setRows: number },
  scratch: Scratch,
) {
  const row = columnsOfRow(W, 0) * wholeChunks(C) * LANES;
  const from = scratch.floats(groups * sets * setRows * row);
  const room = perThread(row + W * C, scratch);
  return [from, call('foldLanes', { ...pieces, from, y, C, r, sets, setRows, scratch: room })] as const;
}

/** Pixels of a packed row with a border of r pixels: see chunkOfRow in kernels/attention/lanes/lanes.ts. */
function columnsOfRow(W: number, r: number): number {
  return (W + 2 * r) | 1;
}

function wholeChunks(C: number): number {
  return Math.ceil(C / CHUNK) * CHUNK;
}
