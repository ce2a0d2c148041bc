import { div, matmul, reshape, sqrt, square, sum, type Tensor, type Variable, variable } from '@nlrn/tensor';

/**
 * The two-dimensional cosine transform's atoms of P x P pixels but the constant one, which have mean 0 and norm 1.
 *
 *   [P², P² - 1]      row y P + x is a pixel, column k - 1 the atom (a, b) with k = a P + b
 *   c_a c_b cos(π (2y + 1) a / 2P) cos(π (2x + 1) b / 2P),   c_0 = sqrt(1 / P), else sqrt(2 / P)
 */
export function dctAtoms(P: number): Float64Array {
  const wave = (k: number, i: number) =>
    Math.sqrt((k === 0 ? 1 : 2) / P) * Math.cos((Math.PI * (2 * i + 1) * k) / (2 * P));
  const count = P ** 2 - 1;
  return Float64Array.from({ length: P ** 2 * count }, (_, at) => {
    const [pixel, k] = [Math.floor(at / count), (at % count) + 1];
    return wave(Math.floor(k / P), Math.floor(pixel / P)) * wave(k % P, pixel % P);
  });
}

/** The atoms as a tensor that nothing trains. */
export function dctTensor(P: number): Variable {
  return variable('dct', [P ** 2, P ** 2 - 1], dctAtoms(P));
}

/**
 * Filters of mean 0 and norm 1, each a combination of atoms.
 *
 *   coefficients [P² - 1, F], atoms [P², P² - 1]  ->  [P, P, 1, F]
 */
export function combined(coefficients: Tensor, atoms: Tensor): Tensor {
  const P = Math.sqrt(atoms.shape[0]!);
  const norms = sqrt(sum(square(coefficients), { axes: [0], keepDims: true }));
  return reshape(matmul(atoms, div(coefficients, norms)), [P, P, 1, coefficients.shape[1]!]);
}

/** Coefficients with which every filter is an atom: the unit matrix of so many rows. */
export function unitCoefficients(count: number): Float32Array {
  return Float32Array.from({ length: count ** 2 }, (_, i) => Number(i % (count + 1) === 0));
}

/** Coefficients [P² - 1, F] of filters [F, 1, P, P] that have mean 0, as published files hold them. */
export function coefficientsOf(filters: ArrayLike<number>, shape: readonly number[]): Float32Array {
  const [F, , P] = shape as [number, number, number, number];
  const [atoms, count] = [dctAtoms(P), P ** 2 - 1];
  const coefficients = new Float32Array(count * F);
  for (let f = 0; f < F; f++) {
    for (let k = 0; k < count; k++) {
      let product = 0;
      for (let i = 0; i < P ** 2; i++) product += filters[f * P ** 2 + i]! * atoms[i * count + k]!;
      coefficients[k * F + f] = product;
    }
  }
  return coefficients;
}
