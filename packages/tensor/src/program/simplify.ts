import { named, nameOf } from '../names.ts';
import { cast } from '../primitives/cast.ts';
import type { PrimitiveName } from '../primitives/index.ts';
import { sameShape } from '../shape.ts';
import {
  applyAny,
  isPlainObject,
  type Operation,
  type Params,
  type Primitive,
  type Tensor,
} from '../tensor.ts';
import type { Graph } from './program.ts';
import { reachable } from './sharing.ts';
import { constantOf, folded, simplifications } from './simplifications.ts';
import { formatParam } from './step.ts';

/**
 * A graph with the same values in fewer operations: what is known beforehand is computed, what changes nothing is left
 * out, and what is there twice is computed once.
 *
 * The operations are copied in their order, those that were there before with simpler inputs; the formulas of the graph
 * that is given stay as they were written.
 */
export function simplify({ outputs, updates }: Graph): Graph {
  const simplifier = new Simplifier();
  const tensors = [...Object.values(outputs), ...(updates?.values() ?? [])];
  for (const tensor of reachable(tensors)) simplifier.simpler(tensor);
  const changes = (tensor: Tensor) => updates !== undefined && isViewOf(updates, tensor);
  const simplerOutput = (tensor: Tensor): Tensor => {
    const simpler = simplifier.simpler(tensor);
    // What comes to the old value of a variable that changes is a copy of it.
    return changes(simpler) && !changes(tensor) ? cast(simpler, simpler.dtype) : simpler;
  };
  return {
    outputs: Object.fromEntries(Object.entries(outputs).map(([name, y]) => [name, simplerOutput(y)])),
    ...(updates && { updates: new Map([...updates].map(([v, value]) => [v, simplifier.simpler(value)])) }),
  };
}

/** Whether a tensor is one of the variables, under whatever shape. */
function isViewOf(variables: ReadonlyMap<Tensor, Tensor>, tensor: Tensor): boolean {
  const { origin } = tensor;
  if (origin.kind !== 'operation') return variables.has(tensor);
  const [x] = origin.operation.inputs;
  return origin.operation.primitive.name === 'reshape' && x !== undefined && isViewOf(variables, x);
}

class Simplifier {
  private readonly known = new Map<Tensor, Tensor>();
  private readonly made = new Map<Primitive, Map<string, readonly Tensor[]>>();

  /** The tensor that stands for this one. */
  simpler(tensor: Tensor): Tensor {
    if (tensor.origin.kind === 'operation' && !this.known.has(tensor)) this.copy(tensor.origin.operation);
    return this.known.get(tensor) ?? tensor;
  }

  private copy(written: Operation): void {
    const operation = { ...written, inputs: written.inputs.map((x) => this.simpler(x)) };
    const { primitive, inputs, outputs } = operation;
    const copies =
      primitive.sameAs?.map((i) => inputs[i]!) ?? this.ruled(operation) ?? this.shared(operation);
    for (const [i, output] of outputs.entries()) this.replace(output, copies[i]!);
  }

  /** What the operation comes to on constants, or by the rule of its primitive, if there is one that fits. */
  private ruled(operation: Operation): [Tensor] | undefined {
    const { primitive, inputs, params, outputs } = operation;
    const [y] = outputs;
    const { name } = primitive;
    const rule = Object.hasOwn(simplifications, name)
      ? (simplifications[name as PrimitiveName] as AnyRule)
      : undefined;
    const simpler = folded(operation) ?? (y && rule?.(inputs, params, y));
    const isAlike = y && simpler && sameShape(simpler.shape, y.shape) && simpler.dtype === y.dtype;
    return isAlike ? [this.simpler(simpler)] : undefined;
  }

  /** The outputs of the first operation that is known to be equal to this one. */
  private shared({ primitive, inputs, params }: Operation): readonly Tensor[] {
    const others = this.made.get(primitive) ?? new Map<string, readonly Tensor[]>();
    this.made.set(primitive, others);
    const key = isPlain(params) ? `${inputs.map(({ id }) => id)}${formatParam(params)}` : undefined;
    const known = key === undefined ? undefined : others.get(key);
    const outputs = known ?? applyAny(primitive, inputs, params);
    if (key !== undefined) others.set(key, outputs);
    for (const output of outputs) this.known.set(output, output);
    return outputs;
  }

  private replace(tensor: Tensor, simpler: Tensor): void {
    this.known.set(tensor, simpler);
    const name = nameOf(tensor);
    // Equal constants are one, whatever each is named for.
    if (name !== undefined && constantOf(simpler) === undefined) named(name, simpler);
  }
}

/** Whether a parameter is what its text says: of functions, and of objects of classes, the text does not tell which. */
function isPlain(value: unknown): boolean {
  if (typeof value === 'function' || typeof value === 'symbol') return false;
  if (typeof value !== 'object' || value === null) return true;
  return (Array.isArray(value) || isPlainObject(value)) && Object.values(value).every(isPlain);
}

/** TypeScript cannot follow a primitive's inputs through the table. */
type AnyRule = (inputs: readonly Tensor[], params: Params, y: Tensor) => Tensor | undefined;
