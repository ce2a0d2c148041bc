/** What `kernels/index.ts` exports. */
export interface LowRankKernels {
  readonly memory: WebAssembly.Memory;
  /** Where numbers stand in the memory, in bytes */
  readonly matrix: WebAssembly.Global;
  readonly values: WebAssembly.Global;
  readonly factors: WebAssembly.Global;
  reserve(M: number, L: number): void;
  decompose(M: number, L: number, bound: number): number;
  project(M: number, L: number, count: number): void;
}

let compiled: Promise<WebAssembly.Module> | undefined;

/** The kernels as all threads take them, compiled when first asked for. Throws if they have not been built. */
export function lowRankModule(): Promise<WebAssembly.Module> {
  compiled ??= compile().catch((error) => {
    compiled = undefined;
    throw error;
  });
  return compiled;
}

async function compile(): Promise<WebAssembly.Module> {
  const bytes = Uint8Array.from(atob(await packed()), (char) => char.charCodeAt(0));
  return WebAssembly.compile(bytes.buffer);
}

async function packed(): Promise<string> {
  try {
    return (await import('../../build/lowRank.js')).default;
  } catch (error) {
    throw new Error('the kernels of WNNM have not been built; run `npx -y pnpm@12 build`', { cause: error });
  }
}

/** The kernels, with memory of their own. */
export function instantiate(module: WebAssembly.Module): LowRankKernels {
  return new WebAssembly.Instance(module, {}).exports as unknown as LowRankKernels;
}
