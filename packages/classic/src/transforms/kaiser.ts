/**
 * The Kaiser window of n pixels.
 *
 *   k_i = I0(β sqrt(1 - (2i / (n - 1) - 1)²)) / I0(β)
 */
export function kaiserWindow(n: number, beta: number): Float64Array {
  return Float64Array.from(
    { length: n },
    (_, i) => besselI0(beta * Math.sqrt(1 - ((2 * i) / (n - 1) - 1) ** 2)) / besselI0(beta),
  );
}

/** The modified Bessel function of the first kind of order 0: sum_k ((x / 2)^k / k!)². */
function besselI0(x: number): number {
  let [sum, term] = [1, 1];
  for (let k = 1; term > sum * Number.EPSILON; k++) {
    term *= (x / 2 / k) ** 2;
    sum += term;
  }
  return sum;
}
