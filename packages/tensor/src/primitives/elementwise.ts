import { elementwise } from '../expressions/expression.ts';
import { base, type Formula } from '../expressions/formula.ts';
import { expect, formatShape, type Shape } from '../shape.ts';
import { apply1, type Primitive, Tensor } from '../tensor.ts';
import { expectNumber, full } from './full.ts';

/** A tensor, or a number that stands for a scalar tensor. */
export type Operand = Tensor | number;

type None = Record<string, never>;

/** Element-wise primitives: the formula of an element of each. Shapes are repeated to a common one as NumPy does. */
const unaryFormulas = {
  neg: base.neg,
  exp: base.exp,
  log: base.log,
  sqrt: base.sqrt,
  abs: base.abs,
  relu: (x: Formula) => base.maximum(x, 0),
  sigmoid: (x: Formula) => base.div(1, base.add(1, base.exp(base.neg(x)))),
  tanh(x: Formula) {
    const { abs, add, div, expm1, greater, mul, neg, select } = base;
    // tanh |x| = -t / (2 + t) with t = e^(-2 |x|) - 1, which neither overflows nor loses digits near 0.
    const t = expm1(mul(-2, abs(x)));
    const size = div(neg(t), add(2, t));
    return select(greater(0, x), neg(size), size);
  },
  stopGradient: (x: Formula) => x,
};

const binaryFormulas = {
  add: base.add,
  sub: base.sub,
  mul: base.mul,
  div: base.div,
  maximum: base.maximum,
  minimum: base.minimum,
  greater: base.greater,
  pow: base.pow,
};

const ternaryFormulas = {
  where: base.select,
};

type Unary<N extends string = string> = Primitive<N, readonly [x: Shape], readonly [y: Shape], None>;
type Binary<N extends string = string> = Primitive<
  N,
  readonly [a: Shape, b: Shape],
  readonly [y: Shape],
  None
>;

type Ternary<N extends string = string> = Primitive<
  N,
  readonly [condition: Shape, a: Shape, b: Shape],
  readonly [y: Shape],
  None
>;

type UnaryName = keyof typeof unaryFormulas;
type BinaryName = keyof typeof binaryFormulas;
type TernaryName = keyof typeof ternaryFormulas;

function primitivesOf(formulas: Readonly<Record<string, (...elements: never[]) => Formula>>) {
  const made = Object.entries(formulas).map(([name, formula]): [string, Primitive] => {
    const shapes = (inputs: readonly Shape[]): [Shape] => [commonShape(name, inputs)];
    const expressions: Primitive['expressions'] = (inputs) => {
      const [shape] = shapes(inputs.map((input) => input.shape));
      return [elementwise(shape, inputs, formula as (...elements: Formula[]) => Formula)];
    };
    return [name, { name, shapes, expressions }];
  });
  return Object.fromEntries(made);
}

/** The shape to which all of some shapes can be repeated (NumPy's rules). */
function commonShape(name: string, shapes: readonly Shape[]): Shape {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  const common: number[] = [];
  for (let axis = -rank; axis < 0; axis++) {
    const sizes = shapes.map((shape) => shape.at(axis) ?? 1).filter((n) => n !== 1);
    expect(
      new Set(sizes).size <= 1,
      name,
      `shapes ${shapes.map(formatShape).join(' and ')} must be equal or 1 in each axis, counted from the last`,
    );
    common.push(sizes[0] ?? 1);
  }
  return common;
}

export const elementwisePrimitives = primitivesOf({
  ...unaryFormulas,
  ...binaryFormulas,
  ...ternaryFormulas,
}) as unknown as { readonly [N in UnaryName]: Unary<N> } & { readonly [N in BinaryName]: Binary<N> } & {
  readonly [N in TernaryName]: Ternary<N>;
};

const one = (name: UnaryName) => (x: Tensor) =>
  apply1<readonly [Shape], None>(elementwisePrimitives[name], [x], {});
const two = (name: BinaryName) => (a: Operand, b: Operand) =>
  apply1<readonly [Shape, Shape], None>(
    elementwisePrimitives[name],
    [asTensor(name, a), asTensor(name, b)],
    {},
  );

/** The tensor of an operation's operand. Throws `ShapeError` for what is no operand, as programs without types can give it. */
function asTensor(operation: string, operand: Operand): Tensor {
  if (operand instanceof Tensor) return operand;
  expectNumber(operation, 'a tensor or a number', operand);
  return full([], operand);
}

/** -x */
export const neg = one('neg');
/** e to the power x */
export const exp = one('exp');
/** Natural logarithm; NaN below zero. */
export const log = one('log');
/** Square root; NaN below zero. */
export const sqrt = one('sqrt');
/** max(x, 0) */
export const relu = one('relu');
/** |x| */
export const abs = one('abs');
/** 1 / (1 + e^-x) */
export const sigmoid = one('sigmoid');
/** Hyperbolic tangent */
export const tanh = one('tanh');
/** x, through which no gradient flows */
export const stopGradient = one('stopGradient');
/** a + b */
export const add = two('add');
/** a - b */
export const sub = two('sub');
/** a * b */
export const mul = two('mul');
/** a / b */
export const div = two('div');
/** The larger of a and b */
export const maximum = two('maximum');
/** The smaller of a and b */
export const minimum = two('minimum');
/** 1 where a > b, else 0 */
export const greater = two('greater');

/**
 * a to the power b; of a negative number to whole powers alone, else NaN. Backends differ in other powers of -Infinity, and a GPU in
 * powers of NaN and infinite ones.
 */
export const pow = two('pow');

/** a where the condition is not 0, else b */
export function where(condition: Operand, a: Operand, b: Operand): Tensor {
  const [chosenBy, first, second] = [condition, a, b].map((operand) => asTensor('where', operand));
  return apply1(elementwisePrimitives.where, [chosenBy!, first!, second!], {});
}

/**
 * x where it is positive, else x times a slope (He et al. 2015, "Delving deep into rectifiers").
 *
 * The slope is a number, or a tensor that can be learned (PReLU): [C] for one of each channel of [..., C].
 */
export function leakyRelu(x: Tensor, slope: Operand): Tensor {
  return where(greater(x, 0), x, mul(asTensor('leakyRelu', slope), x));
}

/** x * x */
export function square(x: Tensor): Tensor {
  return mul(x, x);
}
