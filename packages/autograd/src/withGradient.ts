import { applyAny, type Primitive, Tensor } from '@nlrn/tensor';
import { checkReceived, setRule } from './ruleOf.ts';

/** What a function returns, as a list. */
type Listed<Y extends Tensor | readonly Tensor[]> = Y extends readonly Tensor[] ? Y : readonly [Y];

type EachOf<T extends readonly unknown[], Item> = { readonly [I in keyof T]: Item };

/** What a gradient rule of one's own is given. */
export interface OwnContext<X extends readonly Tensor[], Y extends readonly Tensor[]> {
  /** Cotangent of each output: the gradient of the loss in it. Zeros where the loss does not depend on it. */
  readonly g: EachOf<Y, Tensor>;
  /** Whether the loss depends on each output at all. */
  readonly used: EachOf<Y, boolean>;
  readonly x: X;
  readonly y: EachOf<Y, Tensor>;
}

/**
 * A function of tensors with a gradient rule of one's own in place of those of the operations that it is made of (the
 * `custom_vjp` of JAX): for a gradient that is known in a simpler or more exact form, or that is to be another one.
 *
 *   const softplus = withGradient(
 *     (x: Tensor) => log(add(1, exp(x))),
 *     ({ g: [g], x: [x] }) => [div(g, add(1, exp(neg(x))))],      // not exp(x) / (1 + exp(x)), infinite by infinite
 *   );
 *
 * `f` takes tensors, and returns one or a list; the rule returns a gradient for each of them, or null where there is none,
 * and is checked by `checkGrads` as any other. What `f` uses beside its arguments gets no gradient through it.
 */
export function withGradient<X extends readonly Tensor[], Y extends Tensor | readonly Tensor[]>(
  f: (...x: X) => Y,
  rule: (context: OwnContext<X, Listed<Y>>) => EachOf<X, Tensor | null>,
): (...x: X) => Y {
  return (...x) => {
    const result = f(...x);
    const values: readonly Tensor[] = result instanceof Tensor ? [result] : result;
    const primitive: Primitive = {
      name: f.name || 'withGradient',
      shapes: (inputs) => inputs.slice(x.length),
      sameAs: values.map((_, i) => x.length + i),
    };
    setRule(primitive, ({ g, used, y }) => {
      const context = { g, used, x, y } as unknown as OwnContext<X, Listed<Y>>;
      return [...checkReceived(primitive.name, x, rule(context)), ...values.map(() => null)];
    });
    const outputs = applyAny(primitive, [...x, ...values], {});
    return (result instanceof Tensor ? outputs[0] : outputs) as Y;
  };
}
