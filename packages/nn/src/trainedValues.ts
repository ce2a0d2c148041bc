import type { StoredTensor } from '@nlrn/files';
import type { Backend, Variable } from '@nlrn/tensor';
import { checkDistinctNames } from './distinctNames.ts';
import { leastOf } from './squares.ts';
import { faultIn } from './storedVariables.ts';
import { EARLIER, TrainingError } from './trainingError.ts';

/** The values that a backend holds, by the variables' names. Throws for two of one name. */
export async function readVariables(
  backend: Backend,
  variables: readonly Variable[],
): Promise<Map<string, StoredTensor>> {
  checkDistinctNames(variables.map(({ name }) => name));
  const values = await Promise.all(variables.map((variable) => backend.read(variable)));
  return new Map(variables.map(({ name, shape }, i) => [name, { shape, data: values[i]! }]));
}

/**
 * The values that a backend holds after a step of training, by the variables' names.
 *
 * Throws TrainingError, naming step and variable, when one is not what a file may hold: infinite, say, as running
 * statistics become first, which the loss does not depend on.
 */
export async function readTrained(
  backend: Backend,
  variables: readonly Variable[],
  step: number,
): Promise<Map<string, StoredTensor>> {
  const tensors = await readVariables(backend, variables);
  for (const variable of variables) {
    const { name } = variable;
    const fault = faultIn(tensors.get(name)!.data, leastOf(variable));
    if (fault !== undefined) {
      throw new TrainingError(
        `step ${step}: ${name} is ${fault}; train again from the start with a lower rate (${EARLIER})`,
      );
    }
  }
  return tensors;
}
