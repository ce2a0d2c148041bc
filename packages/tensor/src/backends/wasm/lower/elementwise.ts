import type { BinaryName, UnaryName } from '../../../primitives/index.ts';
import { sizeOf } from '../../../shape.ts';
import {
  type Argument,
  type Call,
  call,
  constant,
  type Lowering,
  type Lowerings,
  type OperationName,
  type Place,
  real,
} from './call.ts';

type None = Record<string, never>;

/** Closes the operations of a chain. */
const END = -1;

const unary =
  (operation: OperationName): Lowering<None> =>
  ([x], [y]) => [chain(y!, constant(operation), x!.address, x!.address, y!.address, false, false)];

const binary =
  (operation: OperationName): Lowering<None> =>
  ([a, b], [y]) => {
    const scalar = (shape: readonly number[]) => shape.length === 0 && y!.shape.length > 0;
    const addresses = [a!.address, b!.address, y!.address];
    return [chain(y!, constant(operation), ...addresses, scalar(a!.shape), scalar(b!.shape))];
  };

function chain({ shape }: Place, ...operation: Argument[]): Call {
  return call('ELEMENTWISE', sizeOf(shape), ...operation, END);
}

export const elementwiseLowerings: Lowerings<UnaryName | BinaryName | 'full' | 'adam'> = {
  neg: unary('NEG'),
  exp: unary('EXP'),
  log: unary('LOG'),
  sqrt: unary('SQRT'),
  relu: unary('RELU'),
  add: binary('ADD'),
  sub: binary('SUB'),
  mul: binary('MUL'),
  div: binary('DIV'),
  maximum: binary('MAXIMUM'),
  minimum: binary('MINIMUM'),
  greater: binary('GREATER'),
  full: (_, [y], { value }) => [call('FILL', y!.address, sizeOf(y!.shape), real(value))],
  adam: (inputs, outputs, { beta1, beta2, epsilon }) => {
    const addresses = [...inputs, ...outputs].map(({ address }) => address);
    return [call('ADAM', ...addresses, sizeOf(inputs[0]!.shape), real(beta1), real(beta2), real(epsilon))];
  },
};
