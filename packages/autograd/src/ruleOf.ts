import { formatShape, lookUp, type Primitive, type Tensor } from '@nlrn/tensor';
import { rules } from './vjps/index.ts';
import type { Rule } from './vjps/rule.ts';

/** Rules of primitives that are not in the library's table. */
const ownRules = new WeakMap<Primitive, Rule>();

/** The gradient rule of a primitive: the one that it was given, or the library's for its name. */
export function ruleOf(primitive: Primitive): Rule {
  // The table pairs each name with its inputs and parameters; TypeScript cannot follow that through a union.
  return ownRules.get(primitive) ?? (lookUp(rules, primitive.name, 'gradient rule') as Rule);
}

/** Gives a primitive a rule of its own. */
export function setRule(primitive: Primitive, rule: Rule): void {
  ownRules.set(primitive, rule);
}

/** What a rule returned, unless it is not a gradient of its shape, or null, for each input: then an error. */
export function checkReceived<G extends readonly (Tensor | null)[]>(
  name: string,
  inputs: readonly Tensor[],
  received: G,
): G {
  const wanted = inputs.map(({ shape }) => formatShape(shape));
  const shapes = received.map((g) => g && formatShape(g.shape));
  if (shapes.length === wanted.length && shapes.every((shape, i) => !shape || shape === wanted[i]))
    return received;
  throw new Error(
    `grad: the rule of ${name} must return a gradient, or null, for each input: ${wanted.join(', ')}; it returned ${shapes.join(', ') || 'none'}`,
  );
}
