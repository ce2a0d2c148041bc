import { add, mul, referenceBackend, sizeOf, sum, type Tensor, type Variable, variable } from '@nlrn/tensor';
import { grad } from './grad.ts';

/** How far `checkGrads` moves along its direction: where truncation and rounding of float64 are about equal. */
const STEP = 1e-5;

/** Relative error that `checkGrads` accepts; a central difference in float64 is good to about 1e-9. */
export const GRADIENT_TOLERANCE = 1e-6;

/**
 * Compares `grad` with a central difference, in float64, along random directions.
 *
 * The outputs of `f` are projected on random tensors to one scalar L. For each input in turn, and for all
 * of them together, a random direction v must give the same slope twice: the sum of gradient · v, and
 * (L(x + h v) - L(x - h v)) / 2h. Returns the largest relative error; throws if it is above the tolerance,
 * naming the input. `uniform` draws numbers in [0, 1).
 */
export async function checkGrads(
  f: (...inputs: Variable[]) => readonly Tensor[],
  inputs: readonly Variable[],
  uniform: () => number,
): Promise<number> {
  const draw = (size: number) => Float64Array.from({ length: size }, () => 2 * uniform() - 1);
  const projected = f(...inputs).map((y) =>
    sum(mul(y, variable('projection', y.shape, draw(sizeOf(y.shape))))),
  );
  const loss = projected.reduce((a, b) => add(a, b));
  const backend = referenceBackend();
  const gradients = grad(loss, inputs);
  const program = backend.compile({
    outputs: { loss, ...Object.fromEntries(gradients.map((g, i) => [`${i}`, g])) },
  });
  const found = await program.run();

  let worst = 0;
  const each = inputs.map((_, i) => [i]);
  const together = inputs.length > 1 ? [inputs.map((_, i) => i)] : [];
  for (const moved of [...each, ...together]) {
    const directions = moved.map((i) => draw(inputs[i]!.initial.length));
    const lossAt = async (h: number) => {
      moved.forEach((i, k) => {
        backend.write(
          inputs[i]!,
          Float64Array.from(inputs[i]!.initial, (x, at) => x + h * directions[k]![at]!),
        );
      });
      return (await program.run()).loss![0]!;
    };
    const numeric = ((await lossAt(STEP)) - (await lossAt(-STEP))) / (2 * STEP);
    await lossAt(0);
    const analytic = moved.reduce(
      (total, i, k) => total + directions[k]!.reduce((s, d, at) => s + d * found[`${i}`]![at]!, 0),
      0,
    );
    const error = Math.abs(numeric - analytic) / Math.max(1, Math.abs(numeric), Math.abs(analytic));
    if (!(error <= GRADIENT_TOLERANCE)) {
      const names = moved.map((i) => inputs[i]!.name).join(', ');
      throw new Error(`checkGrads: in ${names}: gradient gives ${analytic}, central difference ${numeric}`);
    }
    worst = Math.max(worst, error);
  }
  return worst;
}
