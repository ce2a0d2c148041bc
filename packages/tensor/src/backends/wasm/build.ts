import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { deflateRawSync } from 'node:zlib';
import { build as bundle, version as bundler } from 'esbuild';
import { dispatcher } from './dispatcher.ts';

/**
 * Writes the dispatcher, which hands the kernels their arguments, and compiles it and them to WebAssembly, with relaxed SIMD
 * and without, and the program of a page's workers, unless that has been done for just these sources. Each becomes a module
 * that exports a string, so that any bundler takes it as it is.
 */

const compiler = dirname(createRequire(import.meta.url).resolve('assemblyscript/package.json'));
const { version } = JSON.parse(readFileSync(join(compiler, 'package.json'), 'utf8'));
const tensor = join(import.meta.dirname, '../../..');
const target = join(tensor, 'build');
/** In a folder like `tensor`: the kernels, and the dispatcher that is made for them. */
const KERNELS = 'src/backends/wasm/kernels';
const DISPATCHER = 'build/dispatcher.ts';

const OPTIONS = [
  '-O3',
  '--noAssert',
  // No garbage collector and no allocator: kernels only see addresses.
  '--runtime',
  'stub',
  '--enable',
  'simd',
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
const sourceIn = (folder: string) => (file: string) => ({
  file,
  text: readFileSync(join(folder, file), 'utf8'),
});
const kernels = globSync('*.ts', { cwd: join(tensor, KERNELS) })
  .sort()
  .map(sourceIn(join(tensor, KERNELS)));
const calls = dispatcher(kernels, `../${KERNELS}`);
const worker = WORKER.map(sourceIn(import.meta.dirname));
const hash = createHash('sha256')
  .update(JSON.stringify([version, bundler, OPTIONS, kernels, calls, worker]))
  .digest('hex');
if (!isBuilt()) await build();

function isBuilt(): boolean {
  try {
    return readFileSync(join(target, 'built.sha256'), 'utf8') === hash;
  } catch {
    return false;
  }
}

async function build(): Promise<void> {
  mkdirSync(target, { recursive: true });
  replace('dispatcher.ts', calls);
  await Promise.all([
    compile('kernels', tensor, ['--enable', 'relaxed-simd']),
    compile('kernelsPlain', withoutRelaxedSimd(), []),
    bundleWorker(),
  ]);
  replace('built.sha256', hash);
}

async function compile(name: string, folder: string, options: readonly string[]): Promise<void> {
  const made = join(target, `${name}.${process.pid}.wasm`);
  const files = globSync([`${KERNELS}/index.ts`, 'plain.ts'], { cwd: folder }).map((file) =>
    join(folder, file),
  );
  const asc = [join(compiler, 'bin/asc.js'), ...files, '--outFile', made];
  await promisify(execFile)(process.execPath, [...asc, ...OPTIONS, ...options]);
  const packed = deflateRawSync(readFileSync(made), { level: 9 }).toString('base64');
  rmSync(made);
  replace(`${name}.js`, `export default '${packed}';\n`);
}

/** A folder like `tensor`, in which plain instructions stand for the relaxed ones. */
function withoutRelaxedSimd(): string {
  const folder = join(target, `plain.${process.pid}`);
  mkdirSync(join(folder, KERNELS), { recursive: true });
  mkdirSync(join(folder, dirname(DISPATCHER)));
  process.on('exit', () => rmSync(folder, { recursive: true }));
  for (const { file, text } of kernels) {
    writeFileSync(join(folder, KERNELS, file), text.replaceAll('f32x4.relaxed_', 'plain_'));
  }
  writeFileSync(join(folder, DISPATCHER), calls);
  writeFileSync(join(folder, 'plain.ts'), PLAIN);
  return folder;
}

async function bundleWorker(): Promise<void> {
  const { outputFiles } = await bundle({
    entryPoints: [join(import.meta.dirname, WORKER[0]!)],
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    write: false,
  });
  replace('worker.js', `export default ${JSON.stringify(outputFiles[0]!.text)};\n`);
}

/** Writes a file that appears whole. */
function replace(name: string, text: string): void {
  const made = join(target, `${name}.${process.pid}`);
  writeFileSync(made, text);
  renameSync(made, join(target, name));
}
