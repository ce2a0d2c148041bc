import { UserError } from '../userError.ts';
import type { Model } from './installed.ts';

/** Throws UserError, naming both, for weights of another network than that of a method that is named. */
export function checkMethodNetwork(
  method: string | undefined,
  { network, path }: Pick<Model, 'network' | 'path'>,
): void {
  if (method === undefined || method === network) return;
  throw new UserError(
    `--method ${method}: ${path} holds a network of kind ${network}; leave --method out, or name other weights by --weights`,
  );
}
