import { host } from '#wasm/host';
import { instantiate } from './instance.ts';
import { TABLE } from './kernelTable.ts';
import { OPERATIONS, type OperationName } from './lower/call.ts';

/** The compiled kernels, and the numbers of the operations of their expressions. */
export interface KernelModule {
  readonly module: WebAssembly.Module;
  readonly numbers: Numbers;
}

/** Of which kind the kernels are. */
export interface KernelKind {
  /** Whether they use relaxed SIMD: fused multiply-adds, whose last bit is the processor's. */
  readonly relaxed: boolean;
  /** Whether their memory is one that threads share. */
  readonly shared: boolean;
}

const loaded = new Map<string, Promise<KernelModule>>();

/** The kernels of a kind, compiled when first asked for; throws if they have not been built. */
export function loadKernels(kind: KernelKind): Promise<KernelModule> {
  const key = JSON.stringify([kind.relaxed, kind.shared]);
  const kernels = loaded.get(key) ?? compileKernels(kind);
  loaded.set(key, kernels);
  return kernels;
}

async function compileKernels({ relaxed, shared }: KernelKind): Promise<KernelModule> {
  const bytes = await host.unpack(await packedKernels(relaxed));
  const module = await host.compile(shared ? bytes : forOwnMemory(bytes));
  const memory = new WebAssembly.Memory({ initial: 2, maximum: 2, shared });
  return { module, numbers: numbersOf(instantiate(module, memory).exports) };
}

async function packedKernels(relaxed: boolean): Promise<string> {
  try {
    return (await (relaxed ? import('../../../build/kernels.js') : import('../../../build/kernelsPlain.js')))
      .default;
  } catch (error) {
    throw new Error('the wasm kernels have not been built; run `npx -y pnpm@12 build`', { cause: error });
  }
}

/** The import of the memory (`memory`, kind 2), up to the flags of its limits: 3 is shared with a maximum, 1 has a maximum alone. */
const MEMORY_IMPORT = [6, ...new TextEncoder().encode('memory'), 2];

/** The kernels for a memory that is not shared: WebKit refuses shared ones in a page that is not cross-origin isolated. */
export function forOwnMemory(shared: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const at = shared.findIndex((_, i) => MEMORY_IMPORT.every((byte, j) => shared[i + j] === byte));
  const flags = at + MEMORY_IMPORT.length;
  if (at < 0 || shared[flags] !== 3)
    throw new Error('the wasm kernels import no shared memory; see build.ts');
  const own = shared.slice();
  own[flags] = 1;
  return own;
}

/** A module with a single function of one instruction of relaxed SIMD: (a, b, c) => f32x4.relaxed_madd(a, b, c). */
const RELAXED = Uint8Array.of(
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  // Type 0 takes three vectors and returns one; function 0 is of it.
  ...[1, 8, 1, 0x60, 3, 0x7b, 0x7b, 0x7b, 1, 0x7b],
  ...[3, 2, 1, 0],
  ...[10, 13, 1, 11, 0, 0x20, 0, 0x20, 1, 0x20, 2, 0xfd, 0x85, 2, 0x0b],
);

/** Whether this WebAssembly has relaxed SIMD. */
export function hasRelaxedSimd(): boolean {
  return WebAssembly.validate(RELAXED);
}

/** Constants that kernels and their callers must agree on. */
const CONSTANTS = [
  'ALONE',
  'COLUMNS',
  'REGISTER_BYTES',
  'SPARE_BYTES',
  'IN_MEMORY',
  'REGISTER',
  'SCALAR',
] as const;

/** What the kernels export a number for. */
type Numbers = Readonly<Record<OperationName | (typeof CONSTANTS)[number], number>>;

/**
 * The numbers among a module's exports. Throws, naming it, for an operation or a constant that is missing, for two operations
 * with one number, and for kernels that were made of another table.
 */
export function numbersOf(exports: Readonly<Record<string, unknown>>): Numbers {
  const numberOf = (name: string): number => {
    const exported = exports[name];
    if (exported instanceof WebAssembly.Global) return exported.value;
    throw new Error(`the wasm kernels export no number ${name}; see kernels/index.ts`);
  };
  if (numberOf('TABLE') !== TABLE) {
    throw new Error('the wasm kernels take other arguments than these; run `npx -y pnpm@12 build`');
  }
  const byNumber = new Map<number, string>();
  for (const name of OPERATIONS) {
    const other = byNumber.get(numberOf(name));
    if (other) throw new Error(`the wasm operations ${other} and ${name} have the same number`);
    byNumber.set(numberOf(name), name);
  }
  const names = [...OPERATIONS, ...CONSTANTS];
  return Object.fromEntries(names.map((name) => [name, numberOf(name)])) as Numbers;
}
