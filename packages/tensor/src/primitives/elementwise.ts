import { expect, formatShape, type Shape, sameShape } from '../shape.ts';
import { apply1, type Primitive, Tensor } from '../tensor.ts';
import { full } from './full.ts';

/** A tensor, or a number that stands for a scalar tensor. */
export type Operand = Tensor | number;

type None = Record<string, never>;

type Unary<N extends string = string> = Primitive<N, readonly [x: Shape], readonly [y: Shape], None>;
type Binary<N extends string = string> = Primitive<
  N,
  readonly [a: Shape, b: Shape],
  readonly [y: Shape],
  None
>;

function unary<const N extends string>(name: N): Unary<N> {
  return { name, shapes: ([x]) => [x], inPlace: [[0, 0]] };
}

function binary<const N extends string>(name: N): Binary<N> {
  return {
    name,
    shapes: ([a, b]) => [commonShape(name, a, b)],
    inPlace: [
      [0, 0],
      [0, 1],
    ],
  };
}

/** Equal shapes, or a scalar beside any shape. Other broadcasts are written out with `broadcastTo`. */
function commonShape(name: string, a: Shape, b: Shape): Shape {
  if (a.length === 0) return b;
  expect(
    b.length === 0 || sameShape(a, b),
    name,
    `shapes ${formatShape(a)} and ${formatShape(b)} must be equal, or one a scalar; see broadcastTo`,
  );
  return a;
}

/** Element-wise primitives of one argument: the same number at the same place of the output. */
export const unaryPrimitives = {
  neg: unary('neg'),
  exp: unary('exp'),
  log: unary('log'),
  sqrt: unary('sqrt'),
  relu: unary('relu'),
};

/** Element-wise primitives of two arguments. */
export const binaryPrimitives = {
  add: binary('add'),
  sub: binary('sub'),
  mul: binary('mul'),
  div: binary('div'),
  maximum: binary('maximum'),
  minimum: binary('minimum'),
  greater: binary('greater'),
};

const one = (primitive: Unary) => (x: Tensor) => apply1(primitive, [x], {});
const two = (primitive: Binary) => (a: Operand, b: Operand) =>
  apply1(primitive, [asTensor(a), asTensor(b)], {});

function asTensor(operand: Operand): Tensor {
  return operand instanceof Tensor ? operand : full([], operand);
}

/** -x */
export const neg = one(unaryPrimitives.neg);
/** e to the power x */
export const exp = one(unaryPrimitives.exp);
/** Natural logarithm; NaN below zero. */
export const log = one(unaryPrimitives.log);
/** Square root; NaN below zero. */
export const sqrt = one(unaryPrimitives.sqrt);
/** max(x, 0) */
export const relu = one(unaryPrimitives.relu);
/** a + b, shapes equal or one a scalar */
export const add = two(binaryPrimitives.add);
/** a - b, shapes equal or one a scalar */
export const sub = two(binaryPrimitives.sub);
/** a * b, shapes equal or one a scalar */
export const mul = two(binaryPrimitives.mul);
/** a / b, shapes equal or one a scalar */
export const div = two(binaryPrimitives.div);
/** The larger of a and b, shapes equal or one a scalar */
export const maximum = two(binaryPrimitives.maximum);
/** The smaller of a and b, shapes equal or one a scalar */
export const minimum = two(binaryPrimitives.minimum);
/** 1 where a > b, else 0; shapes equal or one a scalar */
export const greater = two(binaryPrimitives.greater);

/** x * x */
export function square(x: Tensor): Tensor {
  return mul(x, x);
}
