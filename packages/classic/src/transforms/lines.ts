/** Where the lines that are transformed lie, and where their coefficients go; places count values. */
export interface Lines {
  readonly from: Float32Array;
  /** `[n]`: value i of line k is from[places[i] + k] */
  readonly places: Int32Array;
  /** Lines are in runs, `length` to a run. */
  readonly runs: number;
  readonly length: number;
  /** Coefficient v of line u in run r is to[out + r · apart + v · stride + u] */
  readonly to: Float32Array;
  readonly out: number;
  readonly apart: number;
  readonly stride: number;
}

/** An invertible linear transform of n values, whose coefficients all have the deviation of the values' white noise. */
export interface LineTransform {
  readonly n: number;
  forward(lines: Lines): void;
  /** The inverse of the values at `offset`, `offset` + `stride`, …, in place. */
  inverse(values: Float64Array, offset: number, stride: number): void;
}

/** The inverse of the 2D transform of the block [n, n] at an offset, in place. */
export function inverseOfBlock(transform: LineTransform, blocks: Float64Array, offset: number): void {
  const { n } = transform;
  for (let y = 0; y < n; y++) transform.inverse(blocks, offset + y * n, 1);
  for (let x = 0; x < n; x++) transform.inverse(blocks, offset + x, n);
}

/** The places of a transform of eight values, as numbers that a loop need not read again. */
export function placesOfEight([a, b, c, d, e, f, g, h]: Int32Array): Eight {
  return [a!, b!, c!, d!, e!, f!, g!, h!];
}

type Eight = [number, number, number, number, number, number, number, number];
