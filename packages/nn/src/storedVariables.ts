import type { StoredTensor } from '@nlrn/files';
import { type Data, formatShape, type Shape, type Variable } from '@nlrn/tensor';
import { leastOf } from './squares.ts';
import { WeightsError } from './trainingError.ts';

/**
 * Pairs each variable with the tensor of its name.
 *
 * Throws WeightsError as `storedValue`, for a running variance or another square below zero, and when a tensor is left over.
 */
export function storedValues(
  path: string,
  tensors: ReadonlyMap<string, StoredTensor>,
  variables: readonly Variable[],
): Map<Variable, Data> {
  checkNoneLeft(path, tensors, variables);
  return new Map(
    variables.map((variable) => [
      variable,
      storedValue(path, tensors, variable.name, variable.shape, leastOf(variable)),
    ]),
  );
}

/** Throws WeightsError, naming file and tensor, when a tensor is of no variable. */
function checkNoneLeft(
  path: string,
  tensors: ReadonlyMap<string, StoredTensor>,
  variables: readonly Variable[],
): void {
  const wanted = new Set(variables.map(({ name }) => name));
  const extra = [...tensors.keys()].find((name) => !wanted.has(name));
  if (extra === undefined) return;
  throw new WeightsError(
    `${path}: holds a tensor ${extra}, which a network of its configuration does not have`,
  );
}

/**
 * The values of the variable of that name and shape.
 *
 * Throws WeightsError, naming file and tensor, when it is missing or of another shape, or holds what a variable of
 * float32 cannot: NaN, infinity, 1e300, or one below `least`.
 */
export function storedValue(
  path: string,
  tensors: ReadonlyMap<string, StoredTensor>,
  name: string,
  shape: Shape,
  least = -Infinity,
): Data {
  const stored = tensors.get(name);
  if (!stored)
    throw new WeightsError(`${path}: lacks the tensor ${name} ${formatShape(shape)} of its configuration`);
  if (formatShape(stored.shape) !== formatShape(shape)) {
    throw new WeightsError(
      `${path}: tensor ${name} is ${formatShape(stored.shape)}, its configuration wants ${formatShape(shape)}`,
    );
  }
  const fault = faultIn(stored.data, least);
  if (fault !== undefined) throw new WeightsError(`${path}: tensor ${name} holds ${fault}; train it again`);
  return stored.data;
}

/** What a variable whose values are no less than `least` cannot hold, and where: `NaN at element 3`. */
export function faultIn(data: Data, least: number): string | undefined {
  const at = data.findIndex((value) => !Number.isFinite(Math.fround(value)) || value < least);
  return at < 0 ? undefined : `${data[at]} at element ${at}`;
}
