import { DataError } from '@nlrn/data';
import { FileError } from '@nlrn/files';
import { BackendError } from '@nlrn/tensor';

/** A fault that a user can mend: its message names the option and the remedy. */
export class UserError extends Error {
  override name = 'UserError';
}

/** A weights file that does not fit its network. */
export class WeightsError extends FileError {
  override name = 'WeightsError';
}

/** A checkpoint that is damaged or belongs to another run: the fault, which names the file, and the remedy. */
export class CheckpointError extends UserError {
  override name = 'CheckpointError';
  readonly fault: string;

  constructor(fault: string, remedy: string, options?: ErrorOptions) {
    super(`${fault}; ${remedy}`, options);
    this.fault = fault;
  }
}

/** Training that cannot go on, because the loss or its gradient is no longer a number. */
export class TrainingError extends UserError {
  override name = 'TrainingError';
}

/** What is left when training ends so. */
export const EARLIER = 'checkpoints of earlier steps are intact';

/** Whether a message alone will help: the fault lies in what was given, or in the machine, not in the program. */
export function isUserError(error: unknown): error is UserError | FileError | DataError | BackendError {
  return [UserError, FileError, DataError, BackendError].some((kind) => error instanceof kind);
}
