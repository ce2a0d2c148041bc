import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { build as bundle, version as bundler } from 'esbuild';
import { COMPILER, compile, KERNEL_OPTIONS, makeOnce, sourcesIn, type Write } from './assemblyScript.ts';
import { dispatcher } from './dispatcher.ts';

/**
 * Writes the dispatcher, which hands the kernels their arguments, and compiles it and them to WebAssembly, with relaxed SIMD
 * and without, and bundles the programs of threads, unless that has been done for just these sources. Each becomes a module that
 * exports a string, so that any bundler takes it as it is.
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

/** What threads run, by the name of what is made of it: as a script of a page's worker, or as a module of Node. */
const PROGRAMS = {
  'worker.js': { file: 'page/worker.ts', format: 'iife' },
  'nodeWorker.js': { file: 'node/worker.ts', format: 'esm' },
  'nodeWatcher.js': { file: 'node/watcher.ts', format: 'esm' },
} as const;

/** What is made depends on it, and on this file. */
const kernels = sourcesIn(join(tensor, KERNELS));
const calls = dispatcher(kernels, `../${KERNELS}`);
const threads = [
  'page/worker.ts',
  'node/worker.ts',
  'node/watcher.ts',
  'thread.ts',
  'instance.ts',
  'control.ts',
];
const sources = [import.meta.filename, ...threads.map((file) => join(wasm, file))].map((path) =>
  readFileSync(path, 'utf8'),
);

await makeOnce(target, [COMPILER, bundler, OPTIONS, kernels, calls, sources], async (write) => {
  write('dispatcher.ts', calls);
  await Promise.all([packRelaxed(write), packPlain(write), bundlePrograms(write)]);
});

async function packRelaxed(write: Write): Promise<void> {
  await pack('kernels', [join(tensor, KERNELS, 'index.ts')], ['--enable', 'relaxed-simd'], write);
}

/** The kernels of a folder like `tensor`, in which plain instructions stand for the relaxed ones. */
async function packPlain(write: Write): Promise<void> {
  const folder = join(target, `plain.${process.pid}`);
  const put = (file: string, text: string) => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  };
  try {
    for (const { file, text } of kernels) {
      put(join(KERNELS, file), text.replaceAll('f32x4.relaxed_', 'plain_'));
    }
    put(DISPATCHER, calls);
    put('plain.ts', PLAIN);
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

async function bundlePrograms(write: Write): Promise<void> {
  for (const [name, { file, format }] of Object.entries(PROGRAMS)) {
    const { outputFiles } = await bundle({
      entryPoints: [join(wasm, file)],
      bundle: true,
      minify: true,
      format,
      platform: format === 'esm' ? 'node' : 'browser',
      target: 'es2022',
      write: false,
    });
    write(name, `export default ${JSON.stringify(outputFiles[0]!.text)};\n`);
  }
}
