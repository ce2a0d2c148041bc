import { FileError } from '@nlrn/files';

/** A weights file that does not fit its network. */
export class WeightsError extends FileError {
  override name = 'WeightsError';
}

/** A checkpoint that is damaged or belongs to another run: the fault, which names the file, and the remedy. */
export class CheckpointError extends Error {
  override name = 'CheckpointError';
  readonly fault: string;

  constructor(fault: string, remedy: string, options?: ErrorOptions) {
    super(`${fault}; ${remedy}`, options);
    this.fault = fault;
  }
}

/** Training that cannot go on, as when the loss or its gradient is no longer a number, or that has nothing to do. */
export class TrainingError extends Error {
  override name = 'TrainingError';
}

/** What is left when training ends so. */
export const EARLIER = 'checkpoints of earlier steps are intact';
