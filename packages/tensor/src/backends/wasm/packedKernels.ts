/** What the kernels with relaxed SIMD, and those without, are called as files. */
export const FILES = { relaxed: 'kernels.wasm', plain: 'kernelsPlain.wasm' } as const;

/** The kernels as packaging/kernels/tensor.ts has packed them, with relaxed SIMD or without. Throws if they have not been built, or cannot be loaded. */
export async function packedKernels(relaxed: boolean): Promise<string> {
  try {
    return (await (relaxed ? import('../../../build/kernels.js') : import('../../../build/kernelsPlain.js')))
      .default;
  } catch (error) {
    const { code, message } = error as { readonly code?: string; readonly message: string };
    const why =
      code === 'ERR_MODULE_NOT_FOUND'
        ? "have not been built; in NLRN's repository run `npx -y pnpm@12 build`"
        : `cannot be loaded: ${message}`;
    throw new Error(`the wasm kernels ${why}`, { cause: error });
  }
}
