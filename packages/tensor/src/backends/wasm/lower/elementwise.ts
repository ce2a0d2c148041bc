import type { BinaryName, UnaryName } from '../../../primitives/index.ts';
import { sizeOf } from '../../../shape.ts';
import { call, type Lowering, type Lowerings, real } from './call.ts';

type None = Record<string, never>;

/** Numbers of the operations in kernels/elementwise.ts. */
const unary =
  (operation: number): Lowering<None> =>
  ([x], [y]) => [call('UNARY', operation, x!.address, y!.address, sizeOf(y!.shape))];

const binary =
  (operation: number): Lowering<None> =>
  ([a, b], [y]) => {
    const scalar = (shape: readonly number[]) => shape.length === 0 && y!.shape.length > 0;
    return [
      call(
        'BINARY',
        operation,
        a!.address,
        b!.address,
        y!.address,
        sizeOf(y!.shape),
        scalar(a!.shape),
        scalar(b!.shape),
      ),
    ];
  };

export const elementwiseLowerings: Lowerings<UnaryName | BinaryName | 'full' | 'adam'> = {
  neg: unary(0),
  exp: unary(1),
  log: unary(2),
  sqrt: unary(3),
  relu: unary(4),
  add: binary(0),
  sub: binary(1),
  mul: binary(2),
  div: binary(3),
  maximum: binary(4),
  minimum: binary(5),
  greater: binary(6),
  full: (_, [y], { value }) => [call('FILL', y!.address, sizeOf(y!.shape), real(value))],
  adam: (inputs, outputs, { beta1, beta2, epsilon }) => {
    const addresses = [...inputs, ...outputs].map(({ address }) => address);
    return [call('ADAM', ...addresses, sizeOf(inputs[0]!.shape), real(beta1), real(beta2), real(epsilon))];
  },
};
