import {
  add,
  div,
  greater,
  maximum,
  minimum,
  mul,
  neg,
  type Operand,
  sub,
} from '../primitives/elementwise.ts';
import { full } from '../primitives/full.ts';
import type { InputsOf, ParamsOf, PrimitiveName } from '../primitives/index.ts';
import { reshape, transpose } from '../primitives/movement.ts';
import { sizeOf } from '../shape.ts';
import type { Each, Operation, Tensor } from '../tensor.ts';

/**
 * A simpler tensor with the values of y, the output of a primitive with these inputs, or undefined if there is none. A
 * result of another shape than y's does not count: a number that is added to zeros is not what it is added to.
 */
type Simplification<N extends PrimitiveName> = (
  inputs: Each<InputsOf<N>, Tensor>,
  params: ParamsOf<N>,
  y: Tensor,
) => Tensor | undefined;

/**
 * What operations come to on constants, and where they leave their input as it is.
 *
 * Values stay what they are, also NaN and infinity: so `mul` by 0 is not simplified, which is NaN for those. The one
 * exception is the sign of a zero: -0 + 0 is 0, but stays -0 here. Constants are computed in float64.
 */
export const simplifications: { readonly [N in PrimitiveName]?: Simplification<N> } = {
  neg: unary(
    (x) => -x,
    (x) => argumentOf('neg', x),
  ),
  exp: unary(Math.exp),
  log: unary(Math.log),
  sqrt: unary(Math.sqrt),
  relu: unary((x) => Math.max(x, 0)),
  stopGradient: ([x]) => x,
  add: binary(
    add,
    (a, b) => a + b,
    (a, b) => {
      if (isAll(b, 0)) return a;
      if (isAll(a, 0)) return b;
      const minusB = argumentOf('neg', b);
      return minusB && sub(a, minusB);
    },
  ),
  sub: binary(
    sub,
    (a, b) => a - b,
    (a, b) => {
      if (isAll(b, 0)) return a;
      const minusB = argumentOf('neg', b);
      return minusB && add(a, minusB);
    },
  ),
  mul: binary(
    mul,
    (a, b) => a * b,
    (a, b) => {
      if (isAll(b, 1)) return a;
      if (isAll(a, 1)) return b;
      if (isAll(b, -1)) return neg(a);
      return isAll(a, -1) ? neg(b) : undefined;
    },
  ),
  div: binary(
    div,
    (a, b) => a / b,
    (a, b) => (isAll(b, 1) ? a : undefined),
  ),
  maximum: binary(maximum, Math.max),
  minimum: binary(minimum, Math.min),
  greater: binary(greater, (a, b) => (a > b ? 1 : 0)),

  sum([x], { axes }, y) {
    const value = constantOf(x);
    if (value !== undefined) return full(y.shape, (value * sizeOf(x.shape)) / sizeOf(y.shape));
    return axes.every((axis) => x.shape[axis] === 1) ? reshape(x, y.shape) : undefined;
  },
  broadcastTo: ([x], _, y) => sameConstant(x, y) ?? x,
  reshape([x], { shape }, y) {
    const before = argumentOf('reshape', x);
    return sameConstant(x, y) ?? (before ? reshape(before, shape) : x);
  },
  transpose([x], { axes }, y) {
    const isMoved = axes
      .filter((axis) => x.shape[axis] !== 1)
      .some((axis, i, kept) => axis < (kept[i - 1] ?? 0));
    if (!isMoved) return sameConstant(x, y) ?? reshape(x, y.shape);
    const before = operationOf('transpose', x);
    return sameConstant(x, y) ?? (before && transposedTwice(before, axes));
  },
  flip: ([x], { axes }, y) =>
    sameConstant(x, y) ?? (axes.every((axis) => x.shape[axis] === 1) ? x : undefined),
  pad: ([x]) => x,
  crop: ([x], _, y) => sameConstant(x, y) ?? x,
  concatenate: (inputs) => (inputs.length === 1 ? inputs[0] : undefined),
};

/** Of a constant its function, else what `rule` says. */
function unary(f: (x: number) => number, rule?: (x: Tensor) => Tensor | undefined) {
  return ([x]: readonly [Tensor], _: unknown, y: Tensor): Tensor | undefined => {
    const value = constantOf(x);
    return value === undefined ? rule?.(x) : full(y.shape, f(value));
  };
}

/** Of two constants their function, else what `rule` says; one constant becomes a scalar, that no memory is filled with. */
function binary(
  operation: (a: Operand, b: Operand) => Tensor,
  f: (a: number, b: number) => number,
  rule?: (a: Tensor, b: Tensor) => Tensor | undefined,
) {
  return ([a, b]: readonly [Tensor, Tensor], _: unknown, y: Tensor): Tensor | undefined => {
    const [left, right] = [constantOf(a), constantOf(b)];
    if (left !== undefined && right !== undefined) return full(y.shape, f(left, right));
    const simpler = rule?.(a, b);
    if (simpler) return simpler;
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

/** A constant of y's shape, if x is one. */
function sameConstant(x: Tensor, y: Tensor): Tensor | undefined {
  const value = constantOf(x);
  return value === undefined ? undefined : full(y.shape, value);
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
