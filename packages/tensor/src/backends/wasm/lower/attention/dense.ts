import type { AttentionParams } from '../../../../primitives/attention.ts';
import { CACHE_LINE, COLUMNS, KEPT } from '../../kernels/constants.ts';
import { call, type Lowering, type Place, perThread } from '../call.ts';
import { wholeTiles } from '../wholeTiles.ts';
import { groupsFor, packChannels, packPixels, sumsOf } from './pack.ts';

/** Pixels of a block: a multiple of the tile's 6 rows. */
const BLOCK = 144;
/** Most columns of a chunk of a row of logits. */
const CHUNK = 512;

export const lowerDense: Lowering<'windowedAttention'> = (
  [theta, psi, g, previous],
  [Z, logits, statistics],
  params,
  scratch,
) => {
  const geometry = geometryOf(theta, g, params);
  const { B, l, m, P, columns, args } = geometry;
  const [packedPsi, packPsi] = packChannels(psi, l, geometry, scratch);
  const [packedG, packG] = packPixels(g, m, geometry, scratch);
  const given = { theta, psi: packedPsi, g: packedG, previous };
  const block = perThread(P * (columns + CACHE_LINE + wholeTiles(m)), scratch);
  return [
    packPsi,
    packG,
    call('denseAttention', { ...args, ...given, Z, logits, statistics, B, scratch: block }),
  ];
};

export const lowerDenseGrad: Lowering<'windowedAttentionGrad'> = (
  [gZ, theta, psi, g, Z, logits, statistics, gLogits],
  [dtheta, dpsi, dg, dlogits, previous],
  params,
  scratch,
) => {
  const geometry = geometryOf(theta, g, params);
  const { B, W, l, m, P, width, columns, args } = geometry;
  const pixels = { ...geometry, columns: W };
  const [gZPixels, packGZ] = packPixels(gZ, m, pixels, scratch);
  const [thetaPixels, packTheta] = packPixels(theta, l, pixels, scratch);
  const [psiPixels, packPsi] = packPixels(psi, l, geometry, scratch);
  const [gChannels, packG] = packChannels(g, m, geometry, scratch);
  const [psiChannels, packPsiChannels] = packChannels(psi, l, geometry, scratch);
  const groups = groupsFor(B);
  const sets = { groups, columns, step: 0 };
  const [psiSums, gSums] = [sumsOf(l, geometry, sets, scratch), sumsOf(m, geometry, sets, scratch)];
  const block = perThread(P * (2 * width + wholeTiles(l) + KEPT), scratch);
  const features = { gZ, gZPixels, theta, thetaPixels, psi: psiPixels, psiChannels, g: gChannels };
  const given = { ...features, Z, logits, statistics, gLogits };
  const made = { dtheta, dpsi: psiSums, dg: gSums, dlogits, previous };
  const sizes = { psiGroup: psiSums.each, gGroup: gSums.each, B, groups };
  return [
    packGZ,
    packTheta,
    packPsi,
    packG,
    ...(previous.address === 0 ? [] : [packPsiChannels]),
    psiSums.clear,
    gSums.clear,
    call('denseAttentionGrad', { ...args, ...given, ...made, ...sizes, scratch: block }),
    psiSums.fold(dpsi),
    gSums.fold(dg),
  ];
};

/** The image as one row of N pixels, and the kernels' geometry: see kernels/attention/dense.ts. */
function geometryOf(theta: Place, g: Place, { q, normalize }: AttentionParams) {
  const [B, , , l] = theta.shape as [number, number, number, number];
  const m = g.shape[3]!;
  const N = q * q;
  const chunks = Math.ceil(N / CHUNK);
  const width = wholeTiles(Math.ceil(N / chunks));
  const P = Math.min(BLOCK, N);
  const args = { N, softmax: normalize === 'softmax', P, chunks, width, l, m };
  return { B, H: 1, W: N, r: 0, rows: 1, columns: chunks * width, panel: COLUMNS, l, m, P, width, args };
}
