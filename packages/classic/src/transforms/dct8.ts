import { type Lines, type LineTransform, placesOfEight } from './lines.ts';

/** cos(k π / 16) / 2, and that of k = 4, which the mean has, too. */
const C1 = Math.cos(Math.PI / 16) / 2;
const C2 = Math.cos(Math.PI / 8) / 2;
const C3 = Math.cos((3 * Math.PI) / 16) / 2;
const C4 = Math.SQRT1_2 / 2;
const C5 = Math.cos((5 * Math.PI) / 16) / 2;
const C6 = Math.cos((3 * Math.PI) / 8) / 2;
const C7 = Math.cos((7 * Math.PI) / 16) / 2;

/**
 * The cosine transform of eight values, `cosineTransform(8)`, in a third of the products: even rows are symmetric, odd rows are
 * antisymmetric, and among the even ones it is so again (W.-H. Chen, C. H. Smith and S. C. Fralick, "A fast computational algorithm for
 * the discrete cosine transform", IEEE Trans. Commun. 25, 1977).
 */
export const dct8: LineTransform = {
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
        const d0 = x0 - x7;
        const d1 = x1 - x6;
        const d2 = x2 - x5;
        const d3 = x3 - x4;
        const s0 = x0 + x7 + (x3 + x4);
        const s1 = x1 + x6 + (x2 + x5);
        const e0 = x0 + x7 - (x3 + x4);
        const e1 = x1 + x6 - (x2 + x5);
        to[o] = C4 * (s0 + s1);
        to[o + stride] = C1 * d0 + C3 * d1 + C5 * d2 + C7 * d3;
        to[o + 2 * stride] = C2 * e0 + C6 * e1;
        to[o + 3 * stride] = C3 * d0 - C7 * d1 - C1 * d2 - C5 * d3;
        to[o + 4 * stride] = C4 * (s0 - s1);
        to[o + 5 * stride] = C5 * d0 - C1 * d1 + C7 * d2 + C3 * d3;
        to[o + 6 * stride] = C6 * e0 - C2 * e1;
        to[o + 7 * stride] = C7 * d0 - C5 * d1 + C3 * d2 - C1 * d3;
        o++;
      }
    }
  },

  inverse(x: Float64Array, at: number, stride: number): void {
    const X1 = x[at + stride]!;
    const X2 = x[at + 2 * stride]!;
    const X3 = x[at + 3 * stride]!;
    const X5 = x[at + 5 * stride]!;
    const X6 = x[at + 6 * stride]!;
    const X7 = x[at + 7 * stride]!;
    const s0 = C4 * (x[at]! + x[at + 4 * stride]!);
    const s1 = C4 * (x[at]! - x[at + 4 * stride]!);
    const e0 = C2 * X2 + C6 * X6;
    const e1 = C6 * X2 - C2 * X6;
    const o0 = C1 * X1 + C3 * X3 + C5 * X5 + C7 * X7;
    const o1 = C3 * X1 - C7 * X3 - C1 * X5 - C5 * X7;
    const o2 = C5 * X1 - C1 * X3 + C7 * X5 + C3 * X7;
    const o3 = C7 * X1 - C5 * X3 + C3 * X5 - C1 * X7;
    x[at] = s0 + e0 + o0;
    x[at + stride] = s1 + e1 + o1;
    x[at + 2 * stride] = s1 - e1 + o2;
    x[at + 3 * stride] = s0 - e0 + o3;
    x[at + 4 * stride] = s0 - e0 - o3;
    x[at + 5 * stride] = s1 - e1 - o2;
    x[at + 6 * stride] = s1 + e1 - o1;
    x[at + 7 * stride] = s0 + e0 - o0;
  },
};
