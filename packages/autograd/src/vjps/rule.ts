import type { ParamsOf, PrimitiveName, Tensor } from '@nlrn/tensor';

/** What a rule is given: the operation, and the cotangents of its outputs. */
export interface Context<N extends PrimitiveName> {
  /** Cotangent of each output: the gradient of the loss in it. Zeros where the loss does not depend on it. */
  readonly g: readonly Tensor[];
  /** Whether the loss depends on each output at all. */
  readonly used: readonly boolean[];
  /** The outputs. */
  readonly y: readonly Tensor[];
  /** The inputs. */
  readonly x: readonly Tensor[];
  readonly params: ParamsOf<N>;
  /**
   * Says that `copy` computes the value of the input `x` again. The rules of earlier operations are then given the
   * copy as their output, and the forward pass need not keep the original until they run.
   */
  readonly rebuild: (x: Tensor, copy: Tensor) => void;
}

/**
 * A vector-Jacobian product: from the cotangents of the outputs to those of the inputs, in their order;
 * `null` for an input that the outputs do not depend on smoothly.
 */
export type Rule<N extends PrimitiveName> = (context: Context<N>) => readonly (Tensor | null)[];

export type Rules<N extends PrimitiveName> = { readonly [K in N]: Rule<K> };

/** A rule for a primitive that is itself a fused gradient, and is not differentiated again. */
export function notDifferentiable<N extends PrimitiveName>(name: N): Rule<N> {
  return () => {
    throw new Error(`grad: ${name} is a fused kernel without a gradient of its own`);
  };
}
