import type { BinaryName, UnaryName } from '../../primitives/index.ts';
import type { Kernel, Kernels } from './kernel.ts';

type None = Record<string, never>;

const unary =
  (f: (x: number) => number): Kernel<None> =>
  ([x], [y]) => {
    for (let i = 0; i < y!.data.length; i++) y!.data[i] = f(x!.data[i]!);
  };

const binary =
  (f: (a: number, b: number) => number): Kernel<None> =>
  ([a, b], [y]) => {
    // A scalar is read again and again.
    const aStep = a!.shape.length === 0 ? 0 : 1;
    const bStep = b!.shape.length === 0 ? 0 : 1;
    const [a0, b0] = [a!.data[0]!, b!.data[0]!];
    for (let i = 0; i < y!.data.length; i++) {
      y!.data[i] = f(aStep ? a!.data[i]! : a0, bStep ? b!.data[i]! : b0);
    }
  };

export const elementwiseKernels: Kernels<UnaryName | BinaryName> = {
  neg: unary((x) => -x),
  exp: unary(Math.exp),
  log: unary(Math.log),
  sqrt: unary(Math.sqrt),
  relu: unary((x) => Math.max(x, 0)),
  add: binary((a, b) => a + b),
  sub: binary((a, b) => a - b),
  mul: binary((a, b) => a * b),
  div: binary((a, b) => a / b),
  maximum: binary(Math.max),
  minimum: binary(Math.min),
  greater: binary((a, b) => (a > b ? 1 : 0)),
};
