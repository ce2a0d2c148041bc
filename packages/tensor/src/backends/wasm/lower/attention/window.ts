import { commonDivisor } from '../../../../commonDivisor.ts';
import type { AttentionParams } from '../../../../primitives/attention.ts';
import { CACHE_LINE, KEPT, ROWS } from '../../kernels/constants.ts';
import { call, type Lowering, type Place, perThread, roundUp } from '../call.ts';
import { wholeTiles } from '../wholeTiles.ts';
import { groupsFor, packChannels, packPixels, sumsOf } from './pack.ts';

/** Packed columns that are transposed at a time. */
const TRANSPOSED = 4;
/**
 * Most pixels of a block. The more there are, the longer are the sums that are sent back to a neighbour in one go; less than
 * a window's rows of them share little (measured: 24 to 160 are within 10 %).
 */
const BLOCK_PIXELS = 96;
/** Most numbers of a band matrix that are in use, so that three of them stay in L2, but two rows of pixels at least. */
const MOST_BAND = 48 * 1024;

export const lowerWindows: Lowering<'windowedAttention'> = (
  [theta, psi, g, previous],
  [Z, logits, statistics],
  params,
  scratch,
) => {
  const geometry = geometryOf(theta, g, params);
  const { B, l, m, P, band, masks, args } = geometry;
  const [packedPsi, packPsi] = packChannels(psi, l, geometry, scratch);
  const [packedG, packG] = packPixels(g, m, geometry, scratch);
  const given = { theta, psi: packedPsi, g: packedG, previous };
  const block = perThread(band + P * (l + wholeTiles(m) + KEPT) + masks, scratch);
  return [packPsi, packG, call('attention', { ...args, ...given, Z, logits, statistics, B, scratch: block })];
};

export const lowerWindowsGrad: Lowering<'windowedAttentionGrad'> = (
  [gZ, theta, psi, g, Z, logits, statistics, gLogits],
  [dtheta, dpsi, dg, dlogits, previous],
  params,
  scratch,
) => {
  const geometry = geometryOf(theta, g, params);
  const { B, W, l, m, P, across, width, band, masks, args } = geometry;
  const [psiPixels, packPsi] = packPixels(psi, l, geometry, scratch);
  const [gChannels, packG] = packChannels(g, m, geometry, scratch);
  const [psiChannels, packPsiChannels] = packChannels(psi, l, geometry, scratch);
  const blocksAcross = Math.ceil(W / across);
  const groups = Math.min(blocksAcross, groupsFor(B));
  const inGroup = Math.ceil(blocksAcross / groups);
  const sets = { groups, columns: (inGroup - 1) * across + width, step: inGroup * across };
  const [psiSums, gSums] = [sumsOf(l, geometry, sets, scratch), sumsOf(m, geometry, sets, scratch)];
  const [lp, mp] = [wholeTiles(l), wholeTiles(m)];
  const block = perThread(3 * band + P * (l + m + 2 * lp + mp) + KEPT + masks, scratch);
  const given = { gZ, theta, psi: psiPixels, psiChannels, g: gChannels, Z, logits, statistics, gLogits };
  const made = { dtheta, dpsi: psiSums, dg: gSums, dlogits, previous };
  const pieces = { B, groups, inGroup, toColumns: sets.columns };
  return [
    packPsi,
    packG,
    ...(previous.address === 0 ? [] : [packPsiChannels]),
    psiSums.clear,
    gSums.clear,
    call('attentionGrad', { ...args, ...given, ...made, ...pieces, scratch: block }),
    psiSums.fold(dpsi),
    gSums.fold(dg),
  ];
};

/** The kernels' geometry: see kernels/attention/window.ts. */
function geometryOf(theta: Place, g: Place, { q, normalize }: AttentionParams) {
  const [B, H, W, l] = theta.shape as [number, number, number, number];
  const m = g.shape[3]!;
  const across = pixelsAcross(W, q);
  const width = wholeTiles(across + q - 1);
  const most = Math.min(BLOCK_PIXELS, Math.max(2 * across, Math.floor(MOST_BAND / (q * width))));
  const down = Math.ceil(H / Math.ceil((H * across) / most));
  const P = across * down;
  const rows = roundUp(H, down) + q - 1;
  const columns = roundUp(Math.max(W + q - 1, Math.floor((W - 1) / across) * across + width), TRANSPOSED);
  const softmax = normalize === 'softmax';
  const args = { H, W, q, softmax, across, down, width, packedRows: rows, packedColumns: columns, l, m };
  const packing = { B, H, W, r: (q - 1) / 2, rows, columns, panel: columns };
  const band = (down + q - 1) * (P * width + CACHE_LINE);
  return { ...packing, l, m, P, across, width, band, masks: (across + 1) * width, args };
}

/**
 * How many pixels of a row make the row of a block: the number for which the least is computed beside the windows.
 *
 * In a product a tile of 6 pixels is computed in whole tiles of columns and for all rows that one of its pixels' windows
 * has: q, and as many more as the tile has rows of pixels beyond the first. What is sent back to the neighbours, a quarter
 * of the work of forward and backward, is computed in tiles of 6 columns for just the rows.
 */
function pixelsAcross(W: number, q: number): number {
  const cost = (across: number) => {
    const rest = W % across;
    return (
      Math.floor(W / across) * costOfRow(across, across, q) + (rest === 0 ? 0 : costOfRow(rest, across, q))
    );
  };
  const candidates = Array.from({ length: Math.min(W, MOST_ACROSS) }, (_, i) => i + 1);
  return candidates.reduce((best, across) => (cost(across) <= cost(best) ? across : best), 1);
}

/** More pixels in a row than this leave too much beside the windows, whatever q is. */
const MOST_ACROSS = 18;

/** What a row of `pixels` pixels of a block of `across` costs. */
function costOfRow(pixels: number, across: number, q: number): number {
  const rowsOfTile = (ROWS + pixels - commonDivisor(ROWS, pixels)) / pixels;
  const product = (q + rowsOfTile - 1) * wholeTiles(across + q - 1);
  const sentBack = q * roundUp(pixels + q - 1, ROWS);
  return pixels * (3 * product + sentBack);
}
