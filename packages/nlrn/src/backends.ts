import { availableParallelism } from 'node:os';
import { type Backend, referenceBackend, wasmBackend } from '@nlrn/tensor';
import { UserError } from './userError.ts';

/** What runs the programs; `threads` is for those that have them, all cores by default. */
const OPENERS = {
  wasm: (options: { threads?: number }) => wasmBackend(options),
  reference: async () => referenceBackend(),
};

export type BackendName = keyof typeof OPENERS;

/** The names that `openBackend` knows, the default first. */
export const BACKEND_NAMES = Object.keys(OPENERS) as BackendName[];

/** More would take minutes to start and compute nothing sooner. */
const MAX_THREADS = Math.max(256, availableParallelism());

/** Opens a backend by its name. Throws UserError, listing the known ones, and for a bad number of threads. */
export async function openBackend(
  name: string,
  { threads }: { threads?: number | undefined } = {},
): Promise<Backend> {
  if (!isBackendName(name)) {
    throw new UserError(`--backend ${name}: unknown; the backends are ${BACKEND_NAMES.join(', ')}`);
  }
  if (threads === undefined) return OPENERS[name]({});
  if (!Number.isInteger(threads) || threads < 1 || threads > MAX_THREADS) {
    throw new UserError(`--threads ${threads}: needs a whole number from 1 to ${MAX_THREADS}`);
  }
  return OPENERS[name]({ threads });
}

function isBackendName(name: string): name is BackendName {
  return Object.hasOwn(OPENERS, name);
}
