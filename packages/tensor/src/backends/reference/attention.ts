import type { Stored } from '../../elementType.ts';
import type { AttentionParams } from '../../primitives/attention.ts';
import { type Kernels, modulo } from './kernel.ts';

export const attentionKernels: Kernels<'windowedAttention' | 'windowedAttentionGrad'> = {
  windowedAttention([theta, psi, g, previous], [Z, logits, statistics], params) {
    const m = g.shape[3]!;
    const row = new Float64Array(params.q ** 2);
    eachWindow(theta, params.q, (i, neighbours) => {
      for (const { j, place } of neighbours) {
        row[place] = dot(theta, i, psi, j) + (previous?.data[i * row.length + place] ?? 0);
      }
      if (logits.data.length > 0) logits.data.set(row, i * row.length);
      const own = statisticsOf(row, params);
      if (statistics.data.length > 0) statistics.data.set(own, i * 2);
      const weights = weightsOf(row, own, params);
      for (let c = 0; c < m; c++) {
        Z.data[i * m + c] = neighbours.reduce(
          (z, { j, place }) => z + weights[place]! * g.data[j * m + c]!,
          0,
        );
      }
    });
  },

  windowedAttentionGrad(inputs, [dtheta, dpsi, dg, dlogits, previous], params) {
    const [gZ, theta, psi, g, Z, logits, statistics, gLogits] = inputs;
    const [l, m] = [theta.shape[3]!, g.shape[3]!];
    const size = params.q ** 2;
    const [thetas, psis, gs] = [sumsFor(dtheta), sumsFor(dpsi), sumsFor(dg)];
    eachWindow(theta, params.q, (i, neighbours) => {
      const row = Float64Array.from(logits.data.subarray(i * size, (i + 1) * size));
      const weights = weightsOf(row, [statistics.data[2 * i]!, statistics.data[2 * i + 1]!], params);
      const expected = dot(gZ, i, Z, i);
      for (const { j, place } of neighbours) {
        const a = dot(gZ, i, g, j);
        const local = params.normalize === 'softmax' ? weights[place]! * (a - expected) : a / size;
        const d = local + (gLogits?.data[i * size + place] ?? 0);
        if (dlogits.data.length > 0) dlogits.data[i * size + place] = d;
        if (previous.data.length > 0) {
          previous.data[i * size + place] = logits.data[i * size + place]! - dot(theta, i, psi, j);
        }
        for (let c = 0; c < l; c++) {
          thetas[i * l + c]! += d * psi.data[j * l + c]!;
          psis[j * l + c]! += d * theta.data[i * l + c]!;
        }
        for (let c = 0; c < m; c++) gs[j * m + c]! += weights[place]! * gZ.data[i * m + c]!;
      }
    });
    dtheta.data.set(thetas);
    dpsi.data.set(psis);
    dg.data.set(gs);
  },
};

/** Zeros to collect an output's elements in. */
function sumsFor({ data }: Stored): Float64Array {
  return new Float64Array(data.length);
}

interface Neighbour {
  /** Flat index of the neighbour's pixel. */
  readonly j: number;
  /** Its place among the q² logits. */
  readonly place: number;
}

/** Calls `visit` with the flat index of every pixel and its q² neighbours. */
function eachWindow(
  x: Stored,
  q: number,
  visit: (i: number, neighbours: readonly Neighbour[]) => void,
): void {
  const [B, H, W] = x.shape as [number, number, number];
  const r = (q - 1) / 2;
  // Where the window is the image, a neighbour's place is its own; else it is where it lies in the window.
  const isDense = q === H && q === W;
  for (let b = 0; b < B; b++) {
    for (let y = 0; y < H; y++) {
      for (let x = 0; x < W; x++) {
        const neighbours: Neighbour[] = [];
        for (let Y = y - r; Y <= y + r; Y++) {
          for (let X = x - r; X <= x + r; X++) {
            const j = (b * H + modulo(Y, H)) * W + modulo(X, W);
            const [row, column] = isDense ? [modulo(Y, q), modulo(X, q)] : [Y - y + r, X - x + r];
            neighbours.push({ j, place: row * q + column });
          }
        }
        visit((b * H + y) * W + x, neighbours);
      }
    }
  }
}

function dot(a: Stored, i: number, b: Stored, j: number): number {
  const n = a.shape[3]!;
  let total = 0;
  for (let c = 0; c < n; c++) total += a.data[i * n + c]! * b.data[j * n + c]!;
  return total;
}

/** The largest logit of a row and the sum of the exponentials; 0 and q² where there are none. */
type Statistics = readonly [largest: number, total: number];

function statisticsOf(row: Float64Array, { normalize }: AttentionParams): Statistics {
  if (normalize === 'mean') return [0, row.length];
  const largest = row.reduce((a, b) => Math.max(a, b), -Infinity);
  return [largest, row.reduce((total, logit) => total + Math.exp(logit - largest), 0)];
}

/** Softmax of a row of logits, or the logits divided by their number. */
function weightsOf(
  row: Float64Array,
  [largest, total]: Statistics,
  { normalize }: AttentionParams,
): Float64Array {
  return row.map((logit) =>
    normalize === 'softmax' ? Math.exp(logit - largest) / total : logit / row.length,
  );
}
