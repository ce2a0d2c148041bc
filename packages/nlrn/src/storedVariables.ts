import type { StoredTensor } from '@nlrn/files';
import { type Data, formatShape, type Variable } from '@nlrn/tensor';
import { WeightsError } from './userError.ts';

/**
 * Pairs each variable with the tensor of its name.
 *
 * Throws WeightsError, naming file and tensor, when one is missing, left over, of another shape, or holds NaN or
 * infinity.
 */
export function storedValues(
  path: string,
  tensors: ReadonlyMap<string, StoredTensor>,
  variables: readonly Variable[],
): Map<Variable, Data> {
  const wanted = new Set(variables.map(({ name }) => name));
  const extra = [...tensors.keys()].find((name) => !wanted.has(name));
  if (extra !== undefined) {
    throw new WeightsError(
      `${path}: holds a tensor ${extra}, which a network of its configuration does not have`,
    );
  }
  return new Map(variables.map((variable) => [variable, storedValue(path, tensors, variable)]));
}

function storedValue(
  path: string,
  tensors: ReadonlyMap<string, StoredTensor>,
  { name, shape }: Variable,
): Data {
  const stored = tensors.get(name);
  if (!stored)
    throw new WeightsError(`${path}: lacks the tensor ${name} ${formatShape(shape)} of its configuration`);
  if (formatShape(stored.shape) !== formatShape(shape)) {
    throw new WeightsError(
      `${path}: tensor ${name} is ${formatShape(stored.shape)}, its configuration wants ${formatShape(shape)}`,
    );
  }
  const fault = stored.data.findIndex((value) => !Number.isFinite(value));
  if (fault >= 0) {
    throw new WeightsError(
      `${path}: tensor ${name} holds ${stored.data[fault]} at element ${fault}; train it again`,
    );
  }
  return stored.data;
}
