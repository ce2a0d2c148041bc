import { type Lines, type LineTransform, placesOfEight } from './lines.ts';

/** The part that a neighbouring pair's difference has in a mean: the filter's taps are 3, -3, -22, 22, 128, 128, 22, -22, -3, 3. */
const NEXT = 22 / 128;
/** What makes each row's norm 1: of the mean; of the coarsest difference, whose row is ±(1 ∓ 2 NEXT), ±(1 ± 2 NEXT); of the next two. */
const MEAN = 1 / Math.sqrt(8);
const COARSE = 1 / Math.sqrt(8 + 32 * NEXT ** 2);
const MIDDLE = 1 / Math.sqrt(4 + 8 * NEXT ** 2);
const FINE = Math.SQRT1_2;
/** The inverse halves differences, and each mean of two again; its S, L and D are halves of what they are above. */
const BACK_MEAN = 1 / (8 * MEAN);
const BACK_COARSE = 1 / (8 * COARSE);
const BACK_MIDDLE = 1 / (4 * MIDDLE);
const BACK_FINE = 1 / (2 * FINE);

/**
 * The biorthogonal spline wavelet transform 1.5 of eight values down to one mean, periodic, each row of norm 1: the mean first,
 * the finest differences last.
 *
 *   S_j = x_2j + x_2j+1,   D_j = x_2j+1 - x_2j,   L_j = S_j + 22/128 (D_j-1 - D_j+1),   j = 0, …, 3
 *   mean L_0 + L_1 + L_2 + L_3,   then L_2 + L_3 - L_0 - L_1,   L_1 - L_0,   L_3 - L_2,   and D_0, …, D_3
 *
 * The outer taps of the filter, 3 and -3, meet a pair and the pair four places on, which are the same among eight values;
 * among four and two values all but the inner ones do. It is not orthogonal: with rows of norm 1 white noise has the same
 * deviation in every coefficient, so that one threshold serves all.
 *
 * Source: A. Cohen, I. Daubechies and J.-C. Feauveau, "Biorthogonal bases of compactly supported wavelets", Comm. Pure
 * Appl. Math. 45 (1992), Table 6.1: dual filter of N = 1, Ñ = 5; K. Dabov et al., "Image denoising by sparse 3-D
 * transform-domain collaborative filtering", IEEE Trans. Image Process. 16 (2007), Section IV-B, takes it for step 1.
 */
export const bior15: LineTransform = {
  n: 8,

  forward({ from, places, runs, length, to, out, apart, stride }: Lines): void {
    const [p0, p1, p2, p3, p4, p5, p6, p7] = placesOfEight(places);
    let k = 0;
    for (let run = 0; run < runs; run++) {
      let o = out + run * apart;
      for (const end = k + length; k < end; k++) {
        const x0 = from[p0 + k]!;
        const x1 = from[p1 + k]!;
        const x2 = from[p2 + k]!;
        const x3 = from[p3 + k]!;
        const x4 = from[p4 + k]!;
        const x5 = from[p5 + k]!;
        const x6 = from[p6 + k]!;
        const x7 = from[p7 + k]!;
        const D0 = x1 - x0;
        const D1 = x3 - x2;
        const D2 = x5 - x4;
        const D3 = x7 - x6;
        const even = NEXT * (D3 - D1);
        const odd = NEXT * (D0 - D2);
        const L0 = x0 + x1 + even;
        const L1 = x2 + x3 + odd;
        const L2 = x4 + x5 - even;
        const L3 = x6 + x7 - odd;
        to[o] = MEAN * (L0 + L1 + (L2 + L3));
        to[o + stride] = COARSE * (L2 + L3 - (L0 + L1));
        to[o + 2 * stride] = MIDDLE * (L1 - L0);
        to[o + 3 * stride] = MIDDLE * (L3 - L2);
        to[o + 4 * stride] = FINE * D0;
        to[o + 5 * stride] = FINE * D1;
        to[o + 6 * stride] = FINE * D2;
        to[o + 7 * stride] = FINE * D3;
        o++;
      }
    }
  },

  inverse(x: Float64Array, at: number, stride: number): void {
    const mean = BACK_MEAN * x[at]!;
    const coarse = BACK_COARSE * x[at + stride]!;
    const first = BACK_MIDDLE * x[at + 2 * stride]!;
    const second = BACK_MIDDLE * x[at + 3 * stride]!;
    const D0 = BACK_FINE * x[at + 4 * stride]!;
    const D1 = BACK_FINE * x[at + 5 * stride]!;
    const D2 = BACK_FINE * x[at + 6 * stride]!;
    const D3 = BACK_FINE * x[at + 7 * stride]!;
    const even = NEXT * (D3 - D1);
    const odd = NEXT * (D0 - D2);
    const S0 = mean - coarse - first - even;
    const S1 = mean - coarse + first - odd;
    const S2 = mean + coarse - second + even;
    const S3 = mean + coarse + second + odd;
    x[at] = S0 - D0;
    x[at + stride] = S0 + D0;
    x[at + 2 * stride] = S1 - D1;
    x[at + 3 * stride] = S1 + D1;
    x[at + 4 * stride] = S2 - D2;
    x[at + 5 * stride] = S2 + D2;
    x[at + 6 * stride] = S3 - D3;
    x[at + 7 * stride] = S3 + D3;
  },
};
