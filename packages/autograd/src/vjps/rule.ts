import type {
  Each,
  InputShapes,
  InputsOf,
  OutputsOf,
  Params,
  ParamsOf,
  PrimitiveName,
  Shape,
  Tensor,
} from '@nlrn/tensor';

/** What a rule is given: the operation, and the cotangents of its outputs. */
export interface Context<
  In extends InputShapes = readonly Shape[],
  Out extends readonly Shape[] = readonly Shape[],
  P extends Params = Params,
> {
  /** Cotangent of each output: the gradient of the loss in it. Zeros where the loss does not depend on it. */
  readonly g: Each<Out, Tensor>;
  /** Whether the loss depends on each output at all. */
  readonly used: Each<Out, boolean>;
  /** The outputs. */
  readonly y: Each<Out, Tensor>;
  /** The inputs. */
  readonly x: Each<In, Tensor>;
  readonly params: P;
  /**
   * Says that `copy` computes the value of the input `x` again, up to rounding. The rule of the operation that made `x` is
   * then given the copy as its output, and the forward pass need not keep the original until it runs.
   */
  readonly rebuild: (x: Tensor, copy: Tensor) => void;
}

/**
 * A vector-Jacobian product: from the cotangents of the outputs to those of the inputs, in their order;
 * `null` for an input that the outputs do not depend on smoothly.
 */
export type Rule<
  In extends InputShapes = readonly Shape[],
  Out extends readonly Shape[] = readonly Shape[],
  P extends Params = Params,
> = (context: Context<In, Out, P>) => Each<In, Tensor | null>;

/** A rule for each of some primitives, with as many tensors as the primitive has. */
export type Rules<N extends PrimitiveName> = {
  readonly [K in N]: Rule<InputsOf<K>, OutputsOf<K>, ParamsOf<K>>;
};

/** A rule for a primitive that is itself a fused gradient, and is not differentiated again. */
export function notDifferentiable(what: PrimitiveName | 'the slope of radialBasis'): () => never {
  return () => {
    throw new Error(`grad: ${what} is a fused kernel without a gradient of its own`);
  };
}
