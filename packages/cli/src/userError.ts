import { DataError } from '@nlrn/data';
import { FileError } from '@nlrn/files';
import { CheckpointError, TrainingError } from '@nlrn/nn';
import { BackendError } from '@nlrn/tensor';

/** A fault in what a user has typed: its message names the option and the remedy. */
export class UserError extends Error {
  override name = 'UserError';
}

/** Errors that a user can mend: the fault lies in what was given, or in the machine, not in the program. */
const MENDABLE = [UserError, CheckpointError, TrainingError, FileError, DataError, BackendError];

/** Whether an error's message alone will help, which names what is at fault and the remedy. */
export function isUserError(error: unknown): error is InstanceType<(typeof MENDABLE)[number]> {
  return MENDABLE.some((kind) => error instanceof kind);
}
