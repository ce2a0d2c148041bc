/**
 * Points of a loss curve: few enough to read, enough to see its course. With a tenth of the steps added to settle, as
 * in the presets, none of them mixes both.
 */
const CURVE_POINTS = 110;

/** Means over up to 110 stretches of equal length (the last may be shorter), each named by its last step. */
export function lossCurve(losses: readonly number[]): { step: number; loss: number }[] {
  const length = Math.ceil(losses.length / CURVE_POINTS);
  return Array.from({ length: Math.ceil(losses.length / length) }, (_, i) => {
    const part = losses.slice(i * length, (i + 1) * length);
    return { step: i * length + part.length, loss: part.reduce((a, b) => a + b, 0) / part.length };
  });
}
