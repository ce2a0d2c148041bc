/** A fault in data that a user can mend: its message names the file or image and the remedy. */
export class DataError extends Error {
  override readonly name = 'DataError';
}
