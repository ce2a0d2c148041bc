import { NotAView } from '../expressions/expression.ts';
import { constant } from '../expressions/formula.ts';
import { numberOf } from '../expressions/numbers.ts';
import { add, div, maximum, minimum, mul, neg, type Operand, sub } from '../primitives/elementwise.ts';
import { full } from '../primitives/full.ts';
import type { InputsOf, ParamsOf, PrimitiveName } from '../primitives/index.ts';
import { reshape, transpose } from '../primitives/movement.ts';
import { broadcastTo } from '../primitives/reduce.ts';
import { sizeOf } from '../shape.ts';
import type { Each, Operation, Tensor } from '../tensor.ts';

/**
 * A simpler tensor with the values of y, the output of a primitive with these inputs, or undefined if there is none. A
 * result of another shape or dtype than y's does not count: a number that is added to zeros is not what it is added to.
 */
type Simplification<N extends PrimitiveName> = (
  inputs: Each<InputsOf<N>, Tensor>,
  params: ParamsOf<N>,
  y: Tensor,
) => Tensor | undefined;

/**
 * Where operations leave their input as it is, or are other ones in short. What they come to on constants: `folded`.
 *
 * Values stay what they are, also NaN and infinity: so `mul` by 0 is not simplified, which is NaN for those. The one
 * exception is the sign of a zero: -0 + 0 is 0, but stays -0 here.
 */
export const simplifications: { readonly [N in PrimitiveName]?: Simplification<N> } = {
  neg: ([x]) => argumentOf('neg', x),
  add: binary(add, (a, b) => {
    if (isAll(b, 0)) return a;
    if (isAll(a, 0)) return b;
    const minusB = argumentOf('neg', b);
    return minusB && sub(a, minusB);
  }),
  sub: binary(sub, (a, b) => {
    if (isAll(b, 0)) return a;
    const minusB = argumentOf('neg', b);
    return minusB && add(a, minusB);
  }),
  mul: binary(mul, (a, b) => {
    if (isAll(b, 1)) return a;
    if (isAll(a, 1)) return b;
    if (isAll(b, -1)) return neg(a);
    return isAll(a, -1) ? neg(b) : undefined;
  }),
  div: binary(div, (a, b) => (isAll(b, 1) ? a : undefined)),
  maximum: binary(maximum),
  minimum: binary(minimum),
  where([condition, a, b], _, y) {
    const value = constantOf(condition);
    return value === undefined ? undefined : broadcastTo(value === 0 ? b : a, y.shape);
  },

  sum([x], { axes }, y) {
    const value = constantOf(x);
    if (value !== undefined) return full(y.shape, (value * sizeOf(x.shape)) / sizeOf(y.shape));
    return axes.every((axis) => x.shape[axis] === 1) ? reshape(x, y.shape) : undefined;
  },
  cast: ([x]) => x,
  broadcastTo: ([x]) => x,
  reshape([x], { shape }) {
    const before = argumentOf('reshape', x);
    return before ? reshape(before, shape) : x;
  },
  transpose([x], { axes }, y) {
    const long = axes.filter((axis) => x.shape[axis] !== 1);
    if (long.every((axis, i) => axis >= (long[i - 1] ?? 0))) return reshape(x, y.shape);
    const before = operationOf('transpose', x);
    return before && transposedTwice(before, axes);
  },
  flip: ([x], { axes }) => (axes.every((axis) => x.shape[axis] === 1) ? x : undefined),
  pad: ([x]) => x,
  crop: ([x]) => x,
  concatenate: (inputs) => (inputs.length === 1 ? inputs[0] : undefined),
};

/** What an operation on constants comes to, computed in float64, if it is the same number everywhere. */
export function folded({
  primitive,
  inputs,
  params,
  outputs: [y, ...others],
}: Operation): Tensor | undefined {
  const sources = inputs.map((x) => ({ shape: x.shape, element: constant(constantOf(x) ?? Number.NaN) }));
  const isConstant = sources.length > 0 && inputs.every((x) => constantOf(x) !== undefined);
  if (!isConstant || !y || others.length > 0) return undefined;
  try {
    const [expression] = primitive.expressions?.(sources, params) ?? [];
    const value = expression?.kind === 'elementwise' ? numberOf(expression.element) : undefined;
    return value === undefined ? undefined : full(y.shape, value);
  } catch (error) {
    // What is joined or padded is read through views.
    if (error instanceof NotAView) return undefined;
    throw error;
  }
}

/** What `rule` says; else a constant of many elements becomes a scalar, that no memory is filled with. */
function binary(
  operation: (a: Operand, b: Operand) => Tensor,
  rule?: (a: Tensor, b: Tensor) => Tensor | undefined,
) {
  return ([a, b]: readonly [Tensor, Tensor]): Tensor | undefined => {
    const simpler = rule?.(a, b);
    if (simpler) return simpler;
    const [left, right] = [constantOf(a), constantOf(b)];
    if (left !== undefined && a.shape.length > 0) return operation(left, b);
    return right !== undefined && b.shape.length > 0 ? operation(a, right) : undefined;
  };
}

/** The number that a tensor has everywhere, if it is made by `full`. */
export function constantOf(tensor: Tensor): number | undefined {
  return operationOf('full', tensor)?.params.value as number | undefined;
}

function isAll(tensor: Tensor, value: number): boolean {
  return constantOf(tensor) === value;
}

function transposedTwice({ inputs: [x], params }: Operation, axes: readonly number[]): Tensor | undefined {
  const first = params.axes as readonly number[];
  return (
    x &&
    transpose(
      x,
      axes.map((axis) => first[axis]!),
    )
  );
}

/** What a tensor was made of by a primitive of one input, if it was. */
function argumentOf(name: PrimitiveName, tensor: Tensor): Tensor | undefined {
  return operationOf(name, tensor)?.inputs[0];
}

function operationOf(name: PrimitiveName, { origin }: Tensor): Operation | undefined {
  const isIt = origin.kind === 'operation' && origin.operation.primitive.name === name;
  return isIt ? origin.operation : undefined;
}
