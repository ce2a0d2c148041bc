import type { AttentionParams } from '../../../primitives/attention.ts';
import { type Call, call, type Lowerings, type Place, perThread, real, type Scratch } from './call.ts';
import { COLUMNS, wholeTiles } from './wholeTiles.ts';

/**
 * Pixels of a block: a multiple of the tile's 6 rows. In a band, more of them share the work on a row of the window, but
 * the columns outside each pixel's own window, which are computed for nothing, grow with them: 6 pixels fill one tile
 * of 16 columns with windows of up to 11, and from there on 18 are best (measured for 15 and 45).
 */
const NARROW_BLOCK = 6;
const WIDE_BLOCK = 18;
const NARROW_WINDOW = 11;
const DENSE_BLOCK = 144;
/** Most columns of a chunk of a dense row of logits. */
const DENSE_CHUNK = 512;
/** Numbers behind a row of logits, and those that are kept of a row in the gradient: see kernels/attention.ts. */
const GAP = 16;
const KEPT = 4;
/** Pieces of work in the gradient, whatever the number of threads: each has its own sums. */
const LEAST_GROUPS = 4;

export const attentionLowerings: Lowerings<'windowedAttention' | 'windowedAttentionGrad'> = {
  windowedAttention([theta, psi, g, previous], [Z, logits, statistics], params, scratch) {
    const geometry = geometryOf(theta!, g!, params);
    const { B, l, m } = geometry;
    const [packedPsi, packPsi] = packChannels(psi!.address, l, geometry, scratch);
    const [packedG, packG] = packPixels(g!.address, m, geometry, scratch);
    const addresses = [
      theta!.address,
      packedPsi,
      packedG,
      previous?.address ?? 0,
      Z!.address,
      logits!.address,
      statistics!.address,
    ];
    const rowLength = geometry.chunks * geometry.width + GAP;
    const block = perThread(geometry.P * (rowLength + wholeTiles(m)), scratch);
    return [packPsi, packG, call('ATTENTION', ...geometry.args, ...addresses, B, ...block)];
  },

  windowedAttentionGrad([gZ, theta, psi, g, Z, logits, statistics, gLogits], outputs, params, scratch) {
    const geometry = geometryOf(theta!, g!, params);
    const [dtheta, dpsi, dg, dlogits, previous] = outputs.map(({ address }) => address);
    const { B, H, l, m } = geometry;
    const rows = { ...geometry, r: 0, columns: geometry.W };
    const [gZPixels, packGZ] = packPixels(gZ!.address, m, rows, scratch);
    const [thetaPixels, packTheta] = packPixels(theta!.address, l, rows, scratch);
    const [psiPixels, packPsi] = packPixels(psi!.address, l, geometry, scratch);
    const [gChannels, packG] = packChannels(g!.address, m, geometry, scratch);
    const [psiChannels, packPsiChannels] = packChannels(psi!.address, l, geometry, scratch);
    const groups = Math.max(1, Math.ceil(LEAST_GROUPS / B));
    const sums = (C: number) => {
      const each = B * H * geometry.columns * wholeTiles(C);
      return { each, address: scratch.floats(groups * each) };
    };
    const [psiSums, gSums] = [sums(l), sums(m)];
    const block = perThread(geometry.P * (2 * geometry.width + wholeTiles(l) + KEPT), scratch);
    const features = [gZ!.address, gZPixels, theta!.address, thetaPixels, psiPixels, gChannels];
    const given = [...features, Z!.address, logits!.address, statistics!.address];
    const rebuilt = [previous!, psiChannels];
    const made = [dtheta!, psiSums.address, gSums.address, dlogits!, 4 * psiSums.each, 4 * gSums.each];
    const fold = (from: number, to: number, C: number) =>
      call('FOLD_PIXELS', from, to, B * H, geometry.W, C, geometry.r, geometry.columns, groups);
    return [
      packGZ,
      packTheta,
      packPsi,
      packG,
      ...(previous === 0 ? [] : [packPsiChannels]),
      call('FILL', psiSums.address, groups * psiSums.each, real(0)),
      call('FILL', gSums.address, groups * gSums.each, real(0)),
      call(
        'ATTENTION_GRAD',
        ...geometry.args,
        ...given,
        gLogits?.address ?? 0,
        ...made,
        B,
        groups,
        ...block,
        ...rebuilt,
      ),
      fold(psiSums.address, dpsi!, l),
      fold(gSums.address, dg!, m),
    ];
  },
};

/** The kernels' geometry, see kernels/attentionBlock.ts; r is 0 where the border is not written out. */
interface Geometry {
  readonly B: number;
  readonly H: number;
  readonly W: number;
  readonly r: number;
  readonly P: number;
  readonly chunks: number;
  readonly width: number;
  readonly columns: number;
  readonly panel: number;
  readonly l: number;
  readonly m: number;
  readonly args: readonly (number | boolean)[];
}

function geometryOf(theta: Place, g: Place, { q, normalize }: AttentionParams): Geometry {
  const [B, H, W, l] = theta.shape as [number, number, number, number];
  const m = g.shape[3]!;
  const dense = q === H && q === W;
  const shape = dense ? denseShape(H * W) : bandShape(H, W, q);
  const { P, chunks, width, columns, panel } = shape;
  const args = [shape.H, shape.W, q, dense, normalize === 'softmax', P, chunks, width, columns, panel, l, m];
  return { B, l, m, ...shape, args };
}

/** The whole image as one row of N pixels, all of which every pixel sees. */
function denseShape(N: number) {
  const chunks = Math.ceil(N / DENSE_CHUNK);
  const width = wholeTiles(Math.ceil(N / chunks));
  return {
    H: 1,
    W: N,
    r: 0,
    P: Math.min(DENSE_BLOCK, N),
    chunks,
    width,
    columns: chunks * width,
    panel: COLUMNS,
  };
}

/** A window of q rows; the packed rows reach as far as the last block looks. */
function bandShape(H: number, W: number, q: number) {
  const P = Math.min(q <= NARROW_WINDOW ? NARROW_BLOCK : WIDE_BLOCK, W);
  const width = wholeTiles(P + q - 1);
  const lastBlock = Math.floor((W - 1) / P) * P;
  const columns = wholeTiles(Math.max(W + q - 1, lastBlock + width));
  return { H, W, r: (q - 1) / 2, P, chunks: q, width, columns, panel: columns };
}

function packPixels(
  x: number,
  C: number,
  { B, H, W, r, columns }: Geometry,
  scratch: Scratch,
): [number, Call] {
  const to = scratch.floats(B * H * columns * wholeTiles(C));
  return [to, call('PACK_PIXELS', x, to, B * H, W, C, r, columns)];
}

function packChannels(x: number, C: number, geometry: Geometry, scratch: Scratch): [number, Call] {
  const { B, H, W, r, columns, panel } = geometry;
  const to = scratch.floats(B * H * columns * C);
  return [to, call('PACK_CHANNELS', x, to, B * H, W, C, r, columns, panel)];
}
