/** What the kernels with relaxed SIMD, and those without, are called as files. */
export const FILES = { relaxed: 'kernels.wasm', plain: 'kernelsPlain.wasm' } as const;

/** The kernels as packaging/kernels/tensor.ts has packed them, with relaxed SIMD or without. Throws if they have not been built. */
export async function packedKernels(relaxed: boolean): Promise<string> {
  try {
    return (await (relaxed ? import('../../../build/kernels.js') : import('../../../build/kernelsPlain.js')))
      .default;
  } catch (error) {
    throw new Error('the wasm kernels have not been built; run `npx -y pnpm@12 build`', { cause: error });
  }
}
