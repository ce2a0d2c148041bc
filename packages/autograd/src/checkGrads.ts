import { type Data, referenceBackend, sizeOf, type Tensor, type Variable, variable } from '@nlrn/tensor';
import { vjp } from './grad.ts';
import { zip } from './zip.ts';

/**
 * How far `checkGrads` moves along its direction, for inputs of size 1 and above; smaller ones move by less. Truncation and
 * rounding of float64 are about equal there.
 */
const STEP = 1e-5;

/** Relative error that `checkGrads` accepts; a central difference in float64 is good to about 1e-9. */
export const GRADIENT_TOLERANCE = 1e-6;

/**
 * What rounding may add to a central difference, as a part of the loss's terms: a thousand units in the last place over
 * the step. It decides where the derivative is zero or nearly so, and would otherwise have to be met exactly.
 */
const ROUNDING = (1000 * Number.EPSILON) / STEP;

/**
 * Compares gradients with a central difference, in float64, along random directions.
 *
 * The outputs of `f` are projected on random tensors to one scalar L, by hand: no rule is used but those of `f`. For each input in turn, and for all
 * of them together, a random direction v must give the same slope twice: the sum of gradient · v, and
 * (L(x + h v) - L(x - h v)) / 2h. The error is relative to the larger slope, however small that is; a slope of less
 * than 2e-8 of the loss's own terms cannot be told from zero. Returns the largest relative error; throws if it is above
 * the tolerance, naming the input. `uniform` draws numbers in [0, 1).
 * Throws for an input of float16, whose rounding hides the step, as that of a cast within `f` does.
 */
export async function checkGrads(
  f: (...inputs: Variable[]) => readonly Tensor[],
  inputs: readonly Variable[],
  uniform: () => number,
): Promise<number> {
  for (const { name, dtype } of inputs) {
    if (dtype !== 'float32')
      throw new Error(`checkGrads: ${name} is ${dtype}, whose rounding hides the step`);
  }
  const draw = (size: number, scale = 1) =>
    Float64Array.from({ length: size }, () => scale * (2 * uniform() - 1));
  const outputs = f(...inputs);
  const projections = outputs.map((y) => variable('projection', y.shape, draw(sizeOf(y.shape))));
  const backend = referenceBackend();
  const tensors = [...outputs, ...vjp(outputs, projections, inputs)];
  // Numbers as names keep their order.
  const program = backend.compile({ outputs: Object.fromEntries(tensors.entries()) });
  const run = async () => {
    const values = Object.values(await program.run());
    return { terms: termsOf(values, projections), gradients: values.slice(outputs.length) };
  };
  const found = await run();

  let worst = 0;
  const parts = zip(inputs, found.gradients);
  const together = inputs.length > 1 ? [parts] : [];
  for (const moved of [...parts.map((part) => [part]), ...together]) {
    const moves = moved.map(([input, gradient]) => {
      return { input, gradient, direction: draw(input.initial.length, reachOf(input)) };
    });
    const lossAt = async (h: number) => {
      for (const { input, direction } of moves) {
        const shifted = zip(input.initial, direction).map(([x, d]) => x + h * d);
        backend.write(input, shifted);
      }
      return totalOf((await run()).terms);
    };
    const numeric = ((await lossAt(STEP)) - (await lossAt(-STEP))) / (2 * STEP);
    await lossAt(0);
    const slopes = moves.map(({ gradient, direction }) => totalOf(products(direction, gradient)));
    const analytic = totalOf(slopes);
    const error = relativeError(numeric, analytic, totalOf(found.terms.map(Math.abs)));
    if (!(error <= GRADIENT_TOLERANCE)) {
      const names = moves.map(({ input }) => input.name).join(', ');
      throw new Error(`checkGrads: in ${names}: gradient gives ${analytic}, central difference ${numeric}`);
    }
    worst = Math.max(worst, error);
  }
  return worst;
}

/** Every element of the outputs, which come first among the values, times that of its projection. */
function termsOf(values: readonly Data[], projections: readonly Variable[]): number[] {
  return zip(projections, values).flatMap(([{ initial }, y]) => products(y, initial));
}

function products(a: Data, b: Data): number[] {
  return zip(a, b).map(([x, y]) => x * y);
}

function totalOf(terms: readonly number[]): number {
  return terms.reduce((a, b) => a + b, 0);
}

/** The largest element of an input, or 1 if that is less, or if there is none but zero. */
function reachOf({ initial }: Variable): number {
  const largest = Array.from(initial, Math.abs).reduce((a, b) => Math.max(a, b), 0);
  return Math.min(1, largest) || 1;
}

/** Of two slopes, where rounding has an allowance of its own: `GRADIENT_TOLERANCE` is reached by either alone. */
function relativeError(numeric: number, analytic: number, terms: number): number {
  const difference = Math.abs(numeric - analytic);
  if (difference === 0) return 0;
  const largest = Math.max(Math.abs(numeric), Math.abs(analytic));
  return difference / (largest + (ROUNDING / GRADIENT_TOLERANCE) * terms);
}
