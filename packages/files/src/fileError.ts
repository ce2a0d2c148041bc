/** A file or folder that cannot be used: its message names it and the remedy. */
export class FileError extends Error {
  override name = 'FileError';
}
