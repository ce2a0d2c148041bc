import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { compile, KERNEL_OPTIONS } from '../../packaging/kernels/assemblyScript.ts';

/**
 * AssemblyScript: the two loops that measure a machine.
 *
 * `multiplyAdd`: 12 sums and two factors stay in the 16 vector registers of x86-64; nothing else is read or written.
 * A multiply-add takes four cycles and two are begun in each, so that eight sums would do. 96 operations a pass.
 *
 * `copy`: memory to memory, as memmove does it.
 */
const ROOF_KERNELS = `
export function multiplyAdd(passes: i32, x: f32): f32 {
  const a = f32x4.splat(x), b = f32x4.splat(1 - x);
  let s0 = a, s1 = b, s2 = a, s3 = b, s4 = a, s5 = b, s6 = a, s7 = b, s8 = a, s9 = b, s10 = a, s11 = b;
  for (let i = 0; i < passes; i++) {
${Array.from({ length: 12 }, (_, i) => `    s${i} = f32x4.relaxed_madd(a, b, s${i});`).join('\n')}
  }
  const low = f32x4.add(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)), f32x4.add(s4, s5));
  const high = f32x4.add(f32x4.add(f32x4.add(s6, s7), f32x4.add(s8, s9)), f32x4.add(s10, s11));
  return f32x4.extract_lane(f32x4.add(low, high), 0);
}

export function copy(from: usize, to: usize, bytes: usize): void {
  memory.copy(to, from, bytes);
}
`;

/** Floating-point operations of one pass of `multiplyAdd`. */
export const PASS_FLOPS = 12 * 4 * 2;

/** Operations in a run of the roof's arithmetic: some milliseconds. */
export const ARITHMETIC_FLOPS = PASS_FLOPS * 2 ** 22;

const FEATURES = ['relaxed-simd', 'threads'].flatMap((name) => ['--enable', name]);
const MEMORY = ['--importMemory', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536'];

/** Where the compiled loops are. */
export const ROOF_WASM = join(import.meta.dirname, '../build/roof.wasm');

/** Compiles the loops. */
export async function buildRoof(): Promise<void> {
  const source = ROOF_WASM.replace('.wasm', '.ts');
  mkdirSync(dirname(source), { recursive: true });
  writeFileSync(source, ROOF_KERNELS);
  writeFileSync(ROOF_WASM, await compile([source], [...KERNEL_OPTIONS, ...FEATURES, ...MEMORY]));
}
