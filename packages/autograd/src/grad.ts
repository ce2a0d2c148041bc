import { add, formatShape, full, named, nameOf, type Operation, type Tensor, zeros } from '@nlrn/tensor';
import { ruleOf } from './ruleOf.ts';
import { zip } from './zip.ts';

/**
 * Reverse-mode differentiation: new tensors that compute the gradient of a scalar in each of `wrt`.
 *
 * The graph is walked from the loss backwards. Each tensor's cotangent, the gradient of the loss in it,
 * is the sum of what its users send back; when an operation is reached, all of its users have been
 * visited, and its rule sends cotangents on to its inputs. The result is again a graph: it can be
 * printed, compiled with the forward pass into one program, and differentiated again.
 *
 * A tensor that the loss does not depend on has gradient zero. Throws if the loss is not a scalar, or depends on a primitive
 * without a rule: the kernels of the gradients of `batchNorm`, `windowedAttention` and `radialBasis`, so that these are
 * differentiated once and not twice; `adam`; and what `definePrimitive` was given no `vjp` for.
 */
export function grad<const Wrt extends readonly Tensor[]>(loss: Tensor, wrt: Wrt): Gradients<Wrt> {
  checkScalar('grad', loss);
  return vjp([loss], [full([], 1)], wrt);
}

/** Throws, in the name of the caller, unless a loss is a scalar. */
export function checkScalar(caller: string, loss: Tensor): void {
  if (loss.shape.length === 0) return;
  throw new Error(
    `${caller}: the loss must be a scalar, is ${formatShape(loss.shape)}; sum or average it first`,
  );
}

/** A gradient for each of some tensors. */
export type Gradients<Wrt extends readonly Tensor[]> = { -readonly [I in keyof Wrt]: Tensor };

/** What happened when the backward pass came to an operation. */
export interface Visit {
  readonly operation: Operation;
  /** The cotangent of each output, complete; undefined where the loss does not depend on it */
  readonly received: readonly (Tensor | undefined)[];
  /** What the rule sent to each input, or null, and what that input's cotangent has come to */
  readonly sent: readonly {
    readonly to: Tensor;
    readonly g: Tensor | null;
    readonly sum: Tensor | undefined;
  }[];
}

/**
 * A vector-Jacobian product: as `grad` of the sum of all outputs' elements, each times that of its cotangent [the
 * output's shape]. `watch` is told of every operation that is visited.
 */
export function vjp<const Outputs extends readonly Tensor[], const Wrt extends readonly Tensor[]>(
  outputs: Outputs,
  given: { readonly [I in keyof Outputs]: Tensor },
  wrt: Wrt,
  watch: (visit: Visit) => void = () => {},
): Gradients<Wrt> {
  const cotangents = new Map<Tensor, Tensor>();
  const first = Math.min(...given.map(({ id }) => id));
  const collect = (tensor: Tensor, g: Tensor): void => {
    const known = cotangents.get(tensor);
    cotangents.set(tensor, known ? add(known, g) : g);
  };
  for (const [y, g] of zip(outputs, given)) collect(y, g);
  const rebuilt = new Map<Tensor, Tensor>();
  for (const operation of operationsBetween(wrt, outputs)) {
    if (!operation.outputs.some((y) => cotangents.has(y))) continue;
    for (const y of operation.outputs) nameCotangent(y, cotangents.get(y), first);
    const received = operation.outputs.map((y) => cotangents.get(y));
    const sent = zip(operation.inputs, sendBack(operation, cotangents, rebuilt)).map(([to, g]) => {
      if (g) collect(to, g);
      return { to, g, sum: cotangents.get(to) };
    });
    watch({ operation, received, sent });
  }
  return wrt.map((x) => {
    const g = cotangents.get(x) ?? zeros(x.shape);
    nameCotangent(x, g, first);
    return g;
  }) as Gradients<Wrt>;
}

/**
 * Calls the cotangent of a tensor with the name s `∂s` in printed programs, once it is complete. What was made before the `first`
 * that the walk began with is the caller's, and keeps its name.
 */
function nameCotangent(tensor: Tensor, g: Tensor | undefined, first: number): void {
  const name = nameOf(tensor);
  if (g && g.id >= first && name !== undefined) named(`∂${name}`, g);
}

/** The cotangents of an operation's inputs; what its rule rebuilds is added to `rebuilt`. */
function sendBack(
  operation: Operation,
  cotangents: ReadonlyMap<Tensor, Tensor>,
  rebuilt: Map<Tensor, Tensor>,
): readonly (Tensor | null)[] {
  const { primitive, inputs, outputs, params } = operation;
  return ruleOf(primitive)({
    g: outputs.map((y) => cotangents.get(y) ?? zeros(y.shape)),
    used: outputs.map((y) => cotangents.has(y)),
    y: outputs.map((y) => rebuilt.get(y) ?? y),
    x: inputs,
    params,
    rebuild: (x, copy) => rebuilt.set(x, copy),
  });
}

/** The operations on a path from any of `wrt` to an output, last created first: users before what they use. */
function operationsBetween(wrt: readonly Tensor[], outputs: readonly Tensor[]): Operation[] {
  const onPath = new Map<Tensor, boolean>(wrt.map((x) => [x, true]));
  const found = new Set<Operation>();
  const leads = (tensor: Tensor): boolean => onPath.get(tensor) ?? false;
  for (const tensor of ancestors(outputs)) {
    if (tensor.origin.kind !== 'operation') continue;
    const { operation } = tensor.origin;
    if (!operation.inputs.some(leads)) continue;
    onPath.set(tensor, true);
    found.add(operation);
  }
  return [...found].reverse();
}

/** Tensors and everything that they are made of, in order of creation. */
export function ancestors(tensors: readonly Tensor[]): Tensor[] {
  const seen = new Set(tensors);
  for (const t of seen) {
    if (t.origin.kind === 'operation') for (const x of t.origin.operation.inputs) seen.add(x);
  }
  return [...seen].sort((a, b) => a.id - b.id);
}
