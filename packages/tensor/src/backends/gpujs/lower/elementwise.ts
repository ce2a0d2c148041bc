import type { BinaryName, UnaryName } from '../../../primitives/index.ts';
import { sizeOf } from '../../../shape.ts';
import { type BufferPlace, dispatch, type Lowering, type Lowerings } from './dispatch.ts';
import { relu, X } from './source.ts';

type None = Record<string, never>;

const unary =
  (formula: string): Lowering<None> =>
  ([a], [y]) => [dispatch({ a: a! }, y!, [sizeOf(y!.shape)], `const x = a[${X}];\nreturn ${formula};`)];

/** Both operands may be one place: gpu.js then reads it as two arguments. */
const binary =
  (formula: string): Lowering<None> =>
  ([a, b], [y]) => [
    dispatch(
      { a: a!, b: b! },
      y!,
      [sizeOf(y!.shape)],
      `const p = a[${indexIn(a!)}];\nconst q = b[${indexIn(b!)}];\nreturn ${formula};`,
    ),
  ];

/** A scalar is read again and again. */
function indexIn({ shape }: BufferPlace): string {
  return shape.length === 0 ? '0' : X;
}

/** Comparisons hand NaN on, as `reference` does; of WGSL's own functions, maximum and minimum among them, some do not. */
export const elementwiseLowerings: Lowerings<UnaryName | BinaryName> = {
  neg: unary('-x'),
  exp: unary('x > 0 ? Math.exp(x) : (0 >= x ? Math.exp(x) : x + x)'),
  // Of zero and of negative numbers, too, WGSL leaves open what a logarithm is.
  log: unary('x > 0 ? Math.log(x) : (0 > x ? Math.sqrt(x) : (x >= 0 ? 0 - 1 / (x * x) : x + x))'),
  sqrt: unary('Math.sqrt(x)'),
  relu: unary(relu('x')),
  add: binary('p + q'),
  sub: binary('p - q'),
  mul: binary('p * q'),
  div: binary('p / q'),
  maximum: binary('p > q ? p : (q >= p ? q : p + q)'),
  minimum: binary('p < q ? p : (q <= p ? q : p + q)'),
  greater: binary('p > q ? 1 : 0'),
};
