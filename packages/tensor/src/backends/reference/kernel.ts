import type { Stored } from '../../elementType.ts';
import type { InputsOf, OutputsOf, ParamsOf, PrimitiveName } from '../../primitives/index.ts';
import type { Shape } from '../../shape.ts';
import type { Each, InputShapes, Params } from '../../tensor.ts';

/**
 * Computes the outputs of one primitive.
 *
 * An output may lie over an input where the primitive allows it (`inPlace`). An output that the
 * primitive calls optional has no elements when nobody reads it.
 */
export type Kernel<
  In extends InputShapes = readonly Shape[],
  Out extends readonly Shape[] = readonly Shape[],
  P extends Params = Params,
> = (inputs: Each<In, Stored>, outputs: Each<Out, Stored>, params: P) => void;

/** Kernels for some of the primitives, with as many views as the primitive has inputs and outputs. */
export type Kernels<N extends PrimitiveName> = {
  readonly [K in N]: Kernel<InputsOf<K>, OutputsOf<K>, ParamsOf<K>>;
};

/** Fills an output with sums: they are collected in float64, and rounded once if the output is float32. */
export function collectSums({ data }: Stored, add: (sums: Float64Array) => void): Float64Array {
  const sums = new Float64Array(data.length);
  add(sums);
  data.set(sums);
  return sums;
}

/** The remainder that lies in [0, n): the circular border. */
export function modulo(i: number, n: number): number {
  return ((i % n) + n) % n;
}
