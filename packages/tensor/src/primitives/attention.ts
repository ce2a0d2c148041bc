import { expect, expectWhole, formatShape, type Shape, sameShape } from '../shape.ts';
import { apply, type Primitive, type Tensor } from '../tensor.ts';

/**
 * `q` is the side of the neighbourhood (odd). `normalize` says how logits become weights:
 * `softmax` over the neighbourhood, or `mean`: the logit divided by q², for metrics without exponential.
 */
export type AttentionParams = { q: number; normalize: 'softmax' | 'mean' };

export const windowedAttentionPrimitive: Primitive<
  'windowedAttention',
  readonly [theta: Shape, psi: Shape, g: Shape, previous?: Shape],
  readonly [Z: Shape, logits: Shape, statistics: Shape],
  AttentionParams
> = {
  name: 'windowedAttention',
  shapes([theta, psi, g, previous], params) {
    const S = checkAttention('windowedAttention', theta, psi, g, params);
    checkLogits('windowedAttention', 'previous', previous, S);
    return [g, S, [...S.slice(0, 3), 2]];
  },
  inPlace: [[1, 3]],
  optional: [1, 2],
};

export const windowedAttentionGradPrimitive: Primitive<
  'windowedAttentionGrad',
  readonly [
    gZ: Shape,
    theta: Shape,
    psi: Shape,
    g: Shape,
    Z: Shape,
    logits: Shape,
    statistics: Shape,
    gLogits?: Shape,
  ],
  readonly [dtheta: Shape, dpsi: Shape, dg: Shape, dlogits: Shape, previous: Shape],
  AttentionParams
> = {
  name: 'windowedAttentionGrad',
  shapes([gZ, theta, psi, g, Z, logits, statistics, gLogits], params) {
    const S = checkAttention('windowedAttentionGrad', theta, psi, g, params);
    expect(
      sameShape(gZ, g),
      'windowedAttentionGrad',
      `gZ must be ${formatShape(g)} as g is, is ${formatShape(gZ)}`,
    );
    expect(
      sameShape(Z, g),
      'windowedAttentionGrad',
      `Z must be ${formatShape(g)} as g is, is ${formatShape(Z)}`,
    );
    checkLogits('windowedAttentionGrad', 'logits', logits, S);
    checkLogits('windowedAttentionGrad', 'statistics', statistics, [...S.slice(0, 3), 2]);
    checkLogits('windowedAttentionGrad', 'gLogits', gLogits, S);
    return [theta, psi, g, S, S];
  },
  inPlace: [
    [3, 7],
    [4, 5],
  ],
  optional: [3, 4],
};

function checkAttention(
  operation: string,
  theta: Shape,
  psi: Shape,
  g: Shape,
  { q, normalize }: AttentionParams,
): Shape {
  const given = `theta ${formatShape(theta)}, psi ${formatShape(psi)}, g ${formatShape(g)}`;
  expectWhole(operation, 'q', q, 1);
  expect(q % 2 === 1, operation, `q must be odd so that a window has a centre, is ${q}`);
  const isKnown = normalize === 'softmax' || normalize === 'mean';
  expect(isKnown, operation, `normalize must be softmax or mean, is ${normalize}`);
  expect(
    theta.length === 4 && sameShape(theta, psi),
    operation,
    `${given}: theta and psi must be [B, H, W, l]`,
  );
  expect(
    g.length === 4 && sameShape(g.slice(0, 3), theta.slice(0, 3)),
    operation,
    `${given}: g must be [B, H, W, m] with the same B, H and W`,
  );
  return [...theta.slice(0, 3), q * q];
}

function checkLogits(operation: string, name: string, given: Shape | undefined, wanted: Shape): void {
  expect(
    given === undefined || sameShape(given, wanted),
    operation,
    `${name} must be ${formatShape(wanted)}, is ${given && formatShape(given)}`,
  );
}

/**
 * Attention of every pixel over its q x q neighbourhood, circular at the image's border.
 *
 * NLRN, Eq. (4)-(6), with the correlation propagation of Section 3.3 (Figure 3):
 *
 *   theta, psi [B, H, W, l], g [B, H, W, m], previous [B, H, W, q²]
 *     ->  Z [B, H, W, m], logits [B, H, W, q²], statistics [B, H, W, 2]
 *   logits[i, j] = theta_i . psi_j + previous[i, j]
 *   Z_i = sum_{j in S_i} weight_ij g_j,     weight_ij = softmax_j(logits[i, :]) or logits[i, j] / q²
 *
 * `statistics` are what the gradient needs to know of a whole row of logits: for softmax its largest logit and the sum
 * of exp(logit - largest), for mean 0 and q². They are no function to be differentiated.
 *
 * Among the q² logits of a pixel, the neighbour that lies i rows and j columns from the window's first has the place
 * i q + j. Only where the window is the image (q = H = W) the place is the neighbour's own, row * q + column: the logits
 * are then the matrix of all pixels against all pixels. If q is larger than the image, a pixel occurs in a neighbourhood
 * as often as the circular border repeats it.
 *
 * `previous` may be left out: zero. Throws `ShapeError`.
 */
export function windowedAttention(
  theta: Tensor,
  psi: Tensor,
  g: Tensor,
  params: AttentionParams & { previous?: Tensor | undefined },
) {
  const { previous, q, normalize } = params;
  const [Z, logits, statistics] = apply(
    windowedAttentionPrimitive,
    previous ? [theta, psi, g, previous] : [theta, psi, g],
    { q, normalize },
  );
  return { Z, logits, statistics };
}

/** What `windowedAttention` was given and what it returned. */
export interface AttentionForward {
  readonly theta: Tensor;
  readonly psi: Tensor;
  readonly g: Tensor;
  readonly Z: Tensor;
  readonly logits: Tensor;
  readonly statistics: Tensor;
}

/**
 * The gradients of `sum(Z * gZ) + sum(logits * gLogits)` for Z, logits = windowedAttention(theta, psi, g, …).
 *
 *   gZ, the forward pass's theta, psi, g, Z, logits and statistics, gLogits [B, H, W, q²]
 *     ->  gradients of theta, psi, g, and of the logits as a whole (which is that of `previous`); and `previous`
 *
 * With a_ij = gZ_i . g_j and w_ij the weights, which follow from the logits and the row's statistics:
 *
 *   dlogits_ij = w_ij (a_ij - gZ_i . Z_i) + gLogits_ij            for softmax
 *   dlogits_ij = a_ij / q² + gLogits_ij                           for mean
 *   dtheta_i = sum_j dlogits_ij psi_j,   dpsi_j = sum_i dlogits_ij theta_i,   dg_j = sum_i w_ij gZ_i
 *
 * gZ_i . Z_i is sum_k w_ik a_ik: with Z and the statistics given, every logit's gradient can be had by itself, so that no
 * row of weights has to be held at once (Dao 2023, "FlashAttention-2", Section 3.1).
 *
 * `previous` is rebuilt: logits_ij - theta_i . psi_j. Whoever uses it need not keep the forward pass's, so that the
 * logits of any number of states fit into the memory of one. `gLogits` may be left out: zero.
 */
export function windowedAttentionGrad(
  gZ: Tensor,
  forward: AttentionForward,
  params: AttentionParams & { gLogits?: Tensor | undefined },
) {
  const { gLogits, q, normalize } = params;
  const { theta, psi, g, Z, logits, statistics } = forward;
  const [dtheta, dpsi, dg, dlogits, previous] = apply(
    windowedAttentionGradPrimitive,
    gLogits
      ? [gZ, theta, psi, g, Z, logits, statistics, gLogits]
      : [gZ, theta, psi, g, Z, logits, statistics],
    { q, normalize },
  );
  return { dtheta, dpsi, dg, dlogits, previous };
}
