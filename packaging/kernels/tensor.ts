import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { build as bundle, version as bundler } from 'esbuild';
import { dispatcher } from '../../packages/tensor/src/backends/wasm/dispatcher.ts';
import { COMPILER, compile, KERNEL_OPTIONS, makeOnce, sourcesIn, type Write } from './assemblyScript.ts';

/**
 * Writes the dispatcher, which hands the kernels their arguments, and compiles it and them to WebAssembly, with relaxed SIMD
 * and without, and the program of a page's workers, unless that has been done for just these sources. Each becomes a module
 * that exports a string, so that any bundler takes it as it is.
 */

const tensor = join(import.meta.dirname, '../../packages/tensor');
const wasm = join(tensor, 'src/backends/wasm');
const target = join(tensor, 'build');
/** In a folder like `tensor`: the kernels, and the dispatcher that is made for them. */
const KERNELS = 'src/backends/wasm/kernels';
const DISPATCHER = 'build/dispatcher.ts';

const OPTIONS = [
  ...KERNEL_OPTIONS,
  '--enable',
  'threads',
  '--importMemory',
  '--sharedMemory',
  '--initialMemory',
  '1',
  '--maximumMemory',
  '65536',
  // v128 values are exchanged between the kernels' files only.
  '--disableWarning',
  '112',
];

/** What plain SIMD has in place of the relaxed instructions: a product is rounded before it is added. */
const PLAIN = `
@global @inline function plain_madd(a: v128, b: v128, c: v128): v128 { return f32x4.add(f32x4.mul(a, b), c); }
@global @inline function plain_nmadd(a: v128, b: v128, c: v128): v128 { return f32x4.sub(c, f32x4.mul(a, b)); }
@global @inline function plain_max(a: v128, b: v128): v128 { return f32x4.pmax(a, b); }
`;

/** The sources that are compiled: the kernels, and what a worker of a page runs. */
const WORKER = ['page/worker.ts', 'thread.ts', 'instance.ts', 'control.ts'];
const kernels = sourcesIn(join(tensor, KERNELS));
const calls = dispatcher(kernels, `../${KERNELS}`);
const worker = WORKER.map((file) => ({ file, text: readFileSync(join(wasm, file), 'utf8') }));

await makeOnce(target, [COMPILER, bundler, OPTIONS, kernels, calls, worker], async (write) => {
  write('dispatcher.ts', calls);
  await Promise.all([packRelaxed(write), packPlain(write), bundleWorker(write)]);
});

async function packRelaxed(write: Write): Promise<void> {
  await pack('kernels', [join(tensor, KERNELS, 'index.ts')], ['--enable', 'relaxed-simd'], write);
}

/** The kernels of a folder like `tensor`, in which plain instructions stand for the relaxed ones. */
async function packPlain(write: Write): Promise<void> {
  const folder = join(target, `plain.${process.pid}`);
  mkdirSync(join(folder, KERNELS), { recursive: true });
  mkdirSync(join(folder, dirname(DISPATCHER)));
  try {
    for (const { file, text } of kernels) {
      writeFileSync(join(folder, KERNELS, file), text.replaceAll('f32x4.relaxed_', 'plain_'));
    }
    writeFileSync(join(folder, DISPATCHER), calls);
    writeFileSync(join(folder, 'plain.ts'), PLAIN);
    await pack('kernelsPlain', [join(folder, KERNELS, 'index.ts'), join(folder, 'plain.ts')], [], write);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function pack(
  name: string,
  files: readonly string[],
  options: readonly string[],
  write: Write,
): Promise<void> {
  const packed = deflateRawSync(await compile(files, [...OPTIONS, ...options]), { level: 9 });
  write(`${name}.js`, `export default '${packed.toString('base64')}';\n`);
}

async function bundleWorker(write: Write): Promise<void> {
  const { outputFiles } = await bundle({
    entryPoints: [join(wasm, WORKER[0]!)],
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    write: false,
  });
  write('worker.js', `export default ${JSON.stringify(outputFiles[0]!.text)};\n`);
}
