import { BYTES } from '../../../elementType.ts';
import type { AttentionParams } from '../../../primitives/attention.ts';
import { groupsFor, KEPT, packChannels, packPixels, sumsOf } from './attentionPack.ts';
import { addressesOf, call, type Lowering, type Place, perThread } from './call.ts';
import { COLUMNS, wholeTiles } from './wholeTiles.ts';

/** Pixels of a block: a multiple of the tile's 6 rows. */
const BLOCK = 144;
/** Most columns of a chunk of a row of logits. */
const CHUNK = 512;
/** Numbers behind a row of logits: see kernels/attentionDense.ts. */
const GAP = 16;

export const lowerDense: Lowering<'windowedAttention'> = (
  [theta, psi, g, previous],
  [Z, logits, statistics],
  params,
  scratch,
) => {
  const geometry = geometryOf(theta, g, params);
  const { B, l, m } = geometry;
  const [packedPsi, packPsi] = packChannels(psi.address, l, geometry, scratch);
  const [packedG, packG] = packPixels(g.address, m, geometry, scratch);
  const given = [theta.address, packedPsi, packedG, previous?.address ?? 0];
  const made = [Z.address, logits.address, statistics.address];
  const block = perThread(geometry.P * (geometry.columns + GAP + wholeTiles(m)), scratch);
  return [packPsi, packG, call('DENSE_ATTENTION', ...geometry.args, ...given, ...made, B, ...block)];
};

export const lowerDenseGrad: Lowering<'windowedAttentionGrad'> = (
  [gZ, theta, psi, g, Z, logits, statistics, gLogits],
  outputs,
  params,
  scratch,
) => {
  const geometry = geometryOf(theta, g, params);
  const [dtheta, dpsi, dg, dlogits, previous] = addressesOf(outputs);
  const { B, l, m } = geometry;
  const pixels = { ...geometry, columns: geometry.W };
  const [gZPixels, packGZ] = packPixels(gZ.address, m, pixels, scratch);
  const [thetaPixels, packTheta] = packPixels(theta.address, l, pixels, scratch);
  const [psiPixels, packPsi] = packPixels(psi.address, l, geometry, scratch);
  const [gChannels, packG] = packChannels(g.address, m, geometry, scratch);
  const [psiChannels, packPsiChannels] = packChannels(psi.address, l, geometry, scratch);
  const groups = groupsFor(B);
  const sets = { groups, columns: geometry.columns, step: 0 };
  const [psiSums, gSums] = [sumsOf(l, geometry, sets, scratch), sumsOf(m, geometry, sets, scratch)];
  const block = perThread(geometry.P * (2 * geometry.width + wholeTiles(l) + KEPT), scratch);
  const features = [gZ.address, gZPixels, theta.address, thetaPixels, psiPixels, gChannels];
  const given = [...features, Z.address, logits.address, statistics.address, gLogits?.address ?? 0];
  const sums = [psiSums.address, gSums.address];
  const made = [dtheta, ...sums, dlogits, BYTES.float32 * psiSums.each, BYTES.float32 * gSums.each];
  return [
    packGZ,
    packTheta,
    packPsi,
    packG,
    ...(previous === 0 ? [] : [packPsiChannels]),
    psiSums.clear,
    gSums.clear,
    call(
      'DENSE_ATTENTION_GRAD',
      ...geometry.args,
      ...given,
      ...made,
      B,
      groups,
      ...block,
      previous,
      psiChannels,
    ),
    psiSums.fold(dpsi),
    gSums.fold(dg),
  ];
};

/** The image as one row of N pixels, and the kernels' geometry: see kernels/attentionDense.ts. */
function geometryOf(theta: Place, g: Place, { q, normalize }: AttentionParams) {
  const [B, , , l] = theta.shape as [number, number, number, number];
  const m = g.shape[3]!;
  const N = q * q;
  const chunks = Math.ceil(N / CHUNK);
  const width = wholeTiles(Math.ceil(N / chunks));
  const P = Math.min(BLOCK, N);
  const args = [N, normalize === 'softmax', P, chunks, width, l, m];
  return { B, H: 1, W: N, r: 0, rows: 1, columns: chunks * width, panel: COLUMNS, l, m, P, width, args };
}
