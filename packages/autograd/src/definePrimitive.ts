import {
  apply,
  type Each,
  type InputShapes,
  type Params,
  type Primitive,
  primitives,
  type Shape,
  type Tensor,
} from '@nlrn/tensor';
import { checkReceived, setRule } from './ruleOf.ts';
import type { Rule } from './vjps/rule.ts';

/** A primitive of one's own: how it is computed, and its gradient. */
export interface PrimitiveDefinition<In extends InputShapes, Out extends readonly Shape[], P extends Params>
  extends Primitive<string, In, Out, P> {
  /** The gradient rule, as those of the library's primitives. Without one the primitive cannot be differentiated. */
  readonly vjp?: Rule<In, Out, P>;
}

/**
 * Adds an operation to the library from outside: returns the function that applies it to tensors.
 *
 *   shapes         the shapes of the outputs from those of the inputs, and the check of them (`ShapeError`)
 *   expressions    how an element of each output is computed, for all backends; outputs may have shapes of their own; or
 *   kernel         a function over arrays, for the reference backend alone; the outputs' are zeros at first (`Primitive.kernel`)
 *   vjp            the gradient rule
 *
 * The types of `shapes` say how many inputs and outputs there are, and the others follow them. `checkGrads` checks the
 * rule. Another backend than the reference refuses a program with a primitive that has a kernel only, when it compiles it.
 * Throws if the name is one of the library's, or if neither expressions nor a kernel are given.
 */
export function definePrimitive<In extends InputShapes, Out extends readonly Shape[], P extends Params>({
  vjp,
  ...primitive
}: PrimitiveDefinition<In, Out, P>): (inputs: Each<In, Tensor>, params: P) => Each<Out, Tensor> {
  const { name, expressions, kernel } = primitive;
  if (name === 'copy' || Object.hasOwn(primitives, name))
    throw new Error(`definePrimitive: ${name} is a name of the library's own`);
  if (!expressions && !kernel) throw new Error(`definePrimitive: ${name} needs expressions or a kernel`);
  const rule = vjp as Rule | undefined;
  setRule(primitive as unknown as Primitive, (context) => {
    if (!rule) throw new Error(`grad: the primitive ${name} was defined without a vjp`);
    return checkReceived(name, context.x, rule(context));
  });
  return (inputs, params) => apply(primitive, inputs, params);
}
