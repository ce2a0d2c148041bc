import type { AttentionParams } from '../../primitives/attention.ts';
import { type Kernels, modulo, type View } from './kernel.ts';

export const attentionKernels: Kernels<'windowedAttention' | 'windowedAttentionGrad'> = {
  windowedAttention([theta, psi, g, previous], [Z, logits], params) {
    const m = g!.shape[3]!;
    const row = new Float64Array(params.q ** 2);
    Z!.data.fill(0);
    eachWindow(theta!, params.q, (i, neighbours) => {
      for (const { j, place } of neighbours) {
        row[place] = dot(theta!, i, psi!, j) + (previous?.data[i * row.length + place] ?? 0);
      }
      if (logits!.data.length > 0) logits!.data.set(row, i * row.length);
      const weights = weightsOf(row, params);
      for (const { j, place } of neighbours) {
        for (let c = 0; c < m; c++) Z!.data[i * m + c]! += weights[place]! * g!.data[j * m + c]!;
      }
    });
  },

  windowedAttentionGrad([gZ, theta, psi, g, logits, gLogits], [dtheta, dpsi, dg, dlogits, previous], params) {
    const [l, m] = [theta!.shape[3]!, g!.shape[3]!];
    const size = params.q ** 2;
    for (const gradient of [dtheta!, dpsi!, dg!]) gradient.data.fill(0);
    eachWindow(theta!, params.q, (i, neighbours) => {
      const weights = weightsOf(Float64Array.from(logits!.data.subarray(i * size, (i + 1) * size)), params);
      const dweights = new Float64Array(size);
      let expected = 0;
      for (const { j, place } of neighbours) {
        dweights[place] = dot(gZ!, i, g!, j);
        expected += weights[place]! * dweights[place];
      }
      for (const { j, place } of neighbours) {
        const local =
          params.normalize === 'softmax'
            ? weights[place]! * (dweights[place]! - expected)
            : dweights[place]! / size;
        const d = local + (gLogits?.data[i * size + place] ?? 0);
        if (dlogits!.data.length > 0) dlogits!.data[i * size + place] = d;
        if (previous!.data.length > 0) {
          previous!.data[i * size + place] = logits!.data[i * size + place]! - dot(theta!, i, psi!, j);
        }
        for (let c = 0; c < l; c++) {
          dtheta!.data[i * l + c]! += d * psi!.data[j * l + c]!;
          dpsi!.data[j * l + c]! += d * theta!.data[i * l + c]!;
        }
        for (let c = 0; c < m; c++) dg!.data[j * m + c]! += weights[place]! * gZ!.data[i * m + c]!;
      }
    });
  },
};

interface Neighbour {
  /** Flat index of the neighbour's pixel. */
  readonly j: number;
  /** Its place among the q² logits. */
  readonly place: number;
}

/** Calls `visit` with the flat index of every pixel and its q² neighbours. */
function eachWindow(x: View, q: number, visit: (i: number, neighbours: readonly Neighbour[]) => void): void {
  const [B, H, W] = x.shape as [number, number, number];
  const r = (q - 1) / 2;
  for (let b = 0; b < B; b++) {
    for (let y = 0; y < H; y++) {
      for (let x = 0; x < W; x++) {
        const neighbours: Neighbour[] = [];
        for (let Y = y - r; Y <= y + r; Y++) {
          for (let X = x - r; X <= x + r; X++) {
            const j = (b * H + modulo(Y, H)) * W + modulo(X, W);
            neighbours.push({ j, place: modulo(Y, q) * q + modulo(X, q) });
          }
        }
        visit((b * H + y) * W + x, neighbours);
      }
    }
  }
}

function dot(a: View, i: number, b: View, j: number): number {
  const n = a.shape[3]!;
  let total = 0;
  for (let c = 0; c < n; c++) total += a.data[i * n + c]! * b.data[j * n + c]!;
  return total;
}

/** Softmax of a row of logits, or the logits divided by their number. Overwrites the row. */
function weightsOf(row: Float64Array, { normalize }: AttentionParams): Float64Array {
  if (normalize === 'mean') return row.map((logit) => logit / row.length);
  const largest = row.reduce((a, b) => Math.max(a, b), -Infinity);
  let total = 0;
  for (let k = 0; k < row.length; k++) total += row[k] = Math.exp(row[k]! - largest);
  return row.map((weight) => weight / total);
}
