import { host } from '#wasm/host';
import { instantiate } from './instance.ts';
import { TABLE } from './kernelTable.ts';
import { FILES, packedKernels } from './packedKernels.ts';

/** Of which kind the kernels are. */
export interface KernelKind {
  /** Whether they use relaxed SIMD: fused multiply-adds, whose last bit is the processor's. */
  readonly relaxed: boolean;
  /** Whether their memory is one that threads share. */
  readonly shared: boolean;
}

const loaded = new Map<string, Promise<WebAssembly.Module>>();

/**
 * The kernels of a kind, compiled when first asked for, in a page those of the files in `folder`, if they are there; throws if
 * they have not been built. What has failed is tried anew when it is next asked for.
 */
export function loadKernels(kind: KernelKind, folder?: string): Promise<WebAssembly.Module> {
  const key = JSON.stringify([kind.relaxed, kind.shared]);
  const known = loaded.get(key);
  if (known) return known;
  const kernels = compileKernels(kind, folder).catch((error) => {
    loaded.delete(key);
    throw error;
  });
  loaded.set(key, kernels);
  return kernels;
}

async function compileKernels(kind: KernelKind, folder: string | undefined): Promise<WebAssembly.Module> {
  // A host may keep the files of another version.
  const ofFile = folder === undefined ? undefined : await compileFile(kind, folder).catch(() => undefined);
  return ofFile ?? compilePacked(kind);
}

async function compileFile({ relaxed, shared }: KernelKind, folder: string) {
  const start = folder === '' || folder.endsWith('/') ? folder : `${folder}/`;
  const address = `${start}${relaxed ? FILES.relaxed : FILES.plain}`;
  const module = await host.compileFile?.(address, shared);
  return module && checked(module, shared);
}

async function compilePacked({ relaxed, shared }: KernelKind): Promise<WebAssembly.Module> {
  return checked(await host.compilePacked(await packedKernels(relaxed), shared), shared);
}

/** The kernels, if they are of this version. */
function checked(module: WebAssembly.Module, shared: boolean): WebAssembly.Module {
  const memory = new WebAssembly.Memory({ initial: 2, maximum: 2, shared });
  checkTable(instantiate(module, memory).exports);
  return module;
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

/** Throws for kernels that were made of another table than this one: those of another version. */
export function checkTable({ TABLE: found }: WebAssembly.Instance['exports']): void {
  if (found instanceof WebAssembly.Global && found.value === TABLE) return;
  throw new Error(
    "the wasm kernels are of another version than what calls them; in NLRN's repository run `npx -y pnpm@12 build`",
  );
}
