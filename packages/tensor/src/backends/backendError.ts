/**
 * What a machine cannot do, or no longer: memory that it does not have, a driver that is missing, a device that is lost.
 *
 * The message names the sizes and the remedy; the program is not at fault, so that no trace is needed.
 */
export class BackendError extends Error {
  override name = 'BackendError';
}
