import { availableParallelism } from 'node:os';
import { type Backend, type GpuMode, referenceBackend, wasmBackend } from '@nlrn/tensor';
import type { Precision } from '@nlrn/tensor/gpujs';
import { type ModeReport, mayHaveGpu, probeMode } from '@nlrn/tensor/node';
import { UserError } from './userError.ts';

/** What runs the programs; `threads` is for those that have them, all cores by default. */
const OPENERS = {
  gpu: (options: OpenOptions) => openGpuJs('webgpu', options),
  wasm: ({ threads }: OpenOptions) => wasmBackend(threads === undefined ? {} : { threads }),
  reference: async () => referenceBackend(),
  webgpu: (options: OpenOptions) => openGpuJs('webgpu', options),
  headlessgl: () => openGpuJs('headlessgl'),
  webasm: () => openGpuJs('webasm'),
  cpu: () => openGpuJs('cpu'),
};

type OpenerName = keyof typeof OPENERS;
/** How exact a GPU's products are, the default first: see `gpujsBackend`. */
export const PRECISIONS = ['float32', 'mixed'] as const satisfies readonly Precision[];

interface OpenOptions {
  readonly threads?: number | undefined;
  readonly precision?: Precision | undefined;
}

type BackendName = 'auto' | OpenerName;

/** The names that `chooseBackend` knows, the default first. */
export const BACKEND_NAMES = ['auto', ...Object.keys(OPENERS)] as BackendName[];

/** More would take minutes to start and compute nothing sooner. */
export const MAX_THREADS = Math.max(256, availableParallelism());

/** A backend that is yet to be opened. */
export interface Choice {
  readonly name: OpenerName;
  /** Why `auto` has chosen it; undefined if it was asked for by name */
  readonly why?: string;
  readonly threads?: number | undefined;
  readonly precision?: OpenOptions['precision'];
}

export interface BackendOptions extends OpenOptions {
  /** What is said about the GPU; by default it is looked for, which takes a fraction of a second */
  readonly findGpu?: () => Promise<ModeReport>;
}

/**
 * The backend of a name. `auto` is a real GPU through WebGPU if there is one, else `wasm`; never a program that
 * imitates a GPU. With a number of threads it is `wasm`, which alone has them.
 *
 * Throws UserError for a name that is unknown, listing those that are not, and for a bad number of threads.
 */
export async function chooseBackend(
  name: string,
  { threads, precision, findGpu = findRealGpu }: BackendOptions = {},
): Promise<Choice> {
  checkBackend(name, threads);
  const choice = isOpenerName(name) ? { name } : await chooseFor(threads, findGpu);
  if (precision === 'mixed' && choice.name !== 'gpu' && choice.name !== 'webgpu') {
    const why = 'why' in choice ? ` (${choice.why})` : '';
    throw new UserError(
      `--precision mixed: is one of --backend gpu, this is ${choice.name}${why}; leave it out`,
    );
  }
  return { ...choice, threads, ...(precision && { precision }) };
}

/** Throws as `chooseBackend`, for what is to be refused before anything is written. */
export function checkBackend(name: string, threads?: number): void {
  if (threads !== undefined && (!Number.isInteger(threads) || threads < 1 || threads > MAX_THREADS)) {
    throw new UserError(`--threads ${threads}: needs a whole number from 1 to ${MAX_THREADS}`);
  }
  if (threads !== undefined && isOpenerName(name) && name !== 'wasm') {
    throw new UserError(
      `--threads ${threads}: backend ${name} has none; leave it out, or take --backend wasm`,
    );
  }
  if (name === 'auto' || isOpenerName(name)) return;
  throw new UserError(`--backend ${name}: unknown; the backends are ${BACKEND_NAMES.join(', ')}`);
}

async function chooseFor(
  threads: number | undefined,
  findGpu: () => Promise<ModeReport>,
): Promise<{ name: OpenerName; why: string }> {
  if (threads !== undefined) return { name: 'wasm', why: '--threads is given' };
  const report = await findGpu();
  if ('fault' in report) return { name: 'wasm', why: report.fault };
  const { name, software } = report.adapter;
  return software
    ? { name: 'wasm', why: `the only GPU is ${name}, which is imitated on the processor` }
    : { name: 'gpu', why: 'a GPU was found' };
}

async function findRealGpu(): Promise<ModeReport> {
  if (mayHaveGpu()) return probeMode('webgpu');
  return { mode: 'webgpu', fault: 'this machine shows no graphics card', remedy: '' };
}

/** Opens a backend. Throws BackendError, with the remedy, for one that this machine does not have. */
export function openBackend({ name, threads, precision }: Choice): Promise<Backend> {
  return OPENERS[name]({ threads, precision });
}

/** Lines that say what `auto` has chosen, and why, and that there are more threads than cores; none where nothing is to be said. */
export function describeChoice({ why, threads = 1 }: Choice, { description }: Backend): string[] {
  const cores = availableParallelism();
  return [
    ...(why === undefined ? [] : [`backend: ${description}; ${why}`]),
    ...(threads > cores
      ? [`--threads ${threads}: more than the ${cores} cores that there are; nothing is done sooner`]
      : []),
  ];
}

/** gpu.js takes a tenth of a second to load, so that it is loaded only where it is used. */
async function openGpuJs(mode: GpuMode, { precision = 'float32' }: OpenOptions = {}): Promise<Backend> {
  const { gpujsBackend } = await import('@nlrn/tensor/gpujs');
  return gpujsBackend({ mode, precision });
}

function isOpenerName(name: string): name is OpenerName {
  return Object.hasOwn(OPENERS, name);
}
