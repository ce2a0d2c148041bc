import { gpujsBackend } from '../src/backends/gpujs/index.ts';
import { ModeError } from '../src/backends/gpujs/modes.ts';
import { openMode } from '../src/backends/gpujs/open.ts';
import { recordingBackend } from '../src/backends/gpujs/recording.ts';
import {
  type Backend,
  GPU_MODES,
  type GpuMode,
  type PrimitiveName,
  referenceBackend,
  wasmBackend,
} from '../src/index.ts';

/** A backend that the tests run on. */
export interface TestedBackend {
  readonly name: string;
  /** True where WGSL or GLSL decide how exact a function is. */
  readonly isGpu?: boolean;
  /** True where time is short, or a kernel takes a twentieth of a second to compile: tests take some of many programs. */
  readonly isSlow?: boolean;
  /** The primitives whose kernels are not those of another backend of the list; by default all. */
  readonly primitives?: readonly PrimitiveName[];
  open(): Promise<Backend>;
}

/** Whether the tests are those for every save: fewer cases, on `reference` and `wasm` with two threads alone. */
const IS_QUICK = process.env.NLRN_QUICK_TESTS !== undefined;

/** Whether a graphics card is at hand for minutes only: its driver compiles thousands of kernels for all cases. */
const FEW_ON_GPUS = process.env.NLRN_FEW_CASES_ON_GPUS !== undefined;

/** Numbers of threads that must give the same bits: one, two, and one that divides few sizes evenly. */
export const THREADS = IS_QUICK ? [2] : [1, 2, 3];

/** The modes of gpu.js that this machine has, none in quick tests; a missing one is said to be skipped, with the reason. */
async function testedModes(): Promise<TestedBackend[]> {
  const tested: TestedBackend[] = [];
  if (IS_QUICK) return tested;
  // Mode webgpu comes first, as in GPU_MODES: where it goes by OpenGL, headlessgl is tested by a process of its own.
  for (const mode of GPU_MODES) {
    const fault = await faultOf(mode);
    if (fault) console.log(`SKIP gpujs ${mode}: ${fault}`);
    else {
      const isGpu = mode === 'webgpu' || mode === 'headlessgl';
      const isSlow = mode === 'headlessgl' || (isGpu && FEW_ON_GPUS);
      tested.push({ name: `gpujs ${mode}`, isGpu, isSlow, open: () => gpujsBackend({ mode }) });
      if (mode === 'webgpu') {
        const name = `gpujs ${mode}, by hand`;
        tested.push({ name, isGpu, isSlow, open: openByHand, primitives: PRODUCTS });
      }
    }
  }
  return tested;
}

/** The primitives with a kernel by hand. */
const PRODUCTS: readonly PrimitiveName[] = [
  'matmul',
  'conv2d',
  'conv2dFilterGrad',
  'windowedAttention',
  'windowedAttentionGrad',
];

/** Products of all sizes by the kernel that otherwise serves large ones, on real GPUs. */
async function openByHand(): Promise<Backend> {
  return recordingBackend(await openMode('webgpu'), { byHand: 'always' });
}

/** What this machine lacks for a mode; any other error is a fault of ours, and thrown. */
export async function faultOf(mode: GpuMode, open = openMode): Promise<string | undefined> {
  try {
    await open(mode);
  } catch (error) {
    if (error instanceof ModeError) return error.message;
    throw error;
  }
}

/** A part of the names of those that are tested: `.ci/run` has a process for headlessgl alone. */
const ONLY = process.env.NLRN_TESTED_BACKENDS ?? '';

/** Every backend in float32; what is right is decided by `reference` in float64. */
const all: readonly TestedBackend[] = [
  { name: 'reference', isSlow: IS_QUICK, open: async () => referenceBackend({ precision: 'float32' }) },
  ...THREADS.map((threads) => ({
    name: `wasm, ${threads} thread${threads > 1 ? 's' : ''}`,
    isSlow: IS_QUICK,
    open: () => wasmBackend({ threads }),
  })),
  ...(IS_QUICK ? [] : [{ name: 'plain wasm', open: () => wasmBackend({ threads: 1, relaxed: false }) }]),
  ...(await testedModes()),
];

export const testedBackends = all.filter(({ name }) => name.includes(ONLY));

// A name that is none would leave tests out unseen; `.ci/run` demands, too, the mode whose drivers it has installed.
for (const variable of ['NLRN_TESTED_BACKENDS', 'NLRN_DEMANDED_BACKEND']) {
  const part = process.env[variable] ?? '';
  if (testedBackends.some(({ name }) => name.includes(part))) continue;
  const names = all.map(({ name }) => name).join('; ');
  throw new Error(
    `${variable}=${part}: that is in the name of none that is tested; this machine has ${names}`,
  );
}

/** Every backend once, for tests in which the number of threads plays no part. */
export const withoutThreads = testedBackends.filter(
  ({ name }) => !name.startsWith('wasm') || name === 'wasm, 2 threads',
);

/** One backend of each kind, for tests in which no single kernel matters. */
export const oneOfEachKind = withoutThreads.filter(({ primitives }) => primitives === undefined);
