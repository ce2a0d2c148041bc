import { gpujsBackend } from '../src/backends/gpujs/index.ts';
import { type Backend, referenceBackend, wasmBackend } from '../src/index.ts';

/** A backend that the tests run on. */
export interface TestedBackend {
  readonly name: string;
  open(): Promise<Backend>;
}

/** Numbers of threads that must give the same bits: one, two, and one that divides few sizes evenly. */
export const THREADS = [1, 2, 3] as const;

/** Every backend in float32; what is right is decided by `reference` in float64. */
export const testedBackends: readonly TestedBackend[] = [
  { name: 'reference', open: async () => referenceBackend() },
  ...THREADS.map((threads) => ({
    name: `wasm, ${threads} thread${threads > 1 ? 's' : ''}`,
    open: () => wasmBackend({ threads }),
  })),
  ...(['webasm', 'cpu'] as const).map((mode) => ({ name: `gpujs ${mode}`, open: () => gpujsBackend({ mode }) })),
];

/** One backend of each kind, for tests in which the number of threads plays no part. */
export const oneOfEachKind = testedBackends.filter(
  ({ name }) => name === 'reference' || name === 'wasm, 2 threads',
);
