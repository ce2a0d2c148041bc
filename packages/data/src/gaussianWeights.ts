/** One side, 2 · radius + 1 pixels, of a window of Gaussian weights of this deviation in pixels, with sum 1: the window is its outer product with itself. */
export function gaussianWeights(radius: number, deviation: number): Float64Array {
  const weights = Float64Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * deviation ** 2)),
  );
  const total = weights.reduce((sum, w) => sum + w, 0);
  return weights.map((w) => w / total);
}
