import { type Data, maximum, minimum, radialBasis, type Tensor, type Variable, variable } from '@nlrn/tensor';

/** A learned activation's Gaussians: so many of them, `spacing` apart and as wide, around zero; on the 0-255 scale. */
export interface Gaussians {
  readonly centres: number;
  readonly spacing: number;
}

/** Where the Gaussian at an end stands. */
export function lastCentre({ centres, spacing }: Gaussians): number {
  return (spacing * (centres - 1)) / 2;
}

/** Their centres, which nothing trains: [J]. */
export function centresOf(gaussians: Gaussians): Variable {
  const { centres, spacing } = gaussians;
  const last = lastCentre(gaussians);
  return variable(
    'centres',
    [centres],
    Float64Array.from({ length: centres }, (_, j) => spacing * j - last),
  );
}

/** x [..., C] between -bound and bound, through the functions of weights [J, C]. */
export function activate(
  x: Tensor,
  weights: Tensor,
  centres: Tensor,
  { spacing, bound }: { spacing: number; bound: number },
): Tensor {
  return radialBasis(maximum(-bound, minimum(bound, x)), weights, centres, { width: spacing });
}

/** Gaussians as far apart as they are wide, of equal height, add up to about this much of it: sqrt(2 π). */
const OVERLAP = Math.sqrt(2 * Math.PI);

/**
 * Weights [J, C] of functions to begin with: a x / (1 + (x / 3 spacing)²) with a slope that makes the step of a stage with all
 * atoms of P x P pixels, whose squares add up to P², a tenth of the image; what is large, edges, is left alone.
 */
export function shrinkingWeights(gaussians: Gaussians, P: number): Data {
  const { centres, spacing } = gaussians;
  const [last, channels] = [lastCentre(gaussians), P ** 2 - 1];
  const slope = 0.1 / P ** 2 / OVERLAP;
  return Float32Array.from({ length: centres * channels }, (_, i) => {
    const x = spacing * Math.floor(i / channels) - last;
    return (slope * x) / (1 + (x / (3 * spacing)) ** 2);
  });
}
