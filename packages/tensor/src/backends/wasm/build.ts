import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Compiles the kernels to WebAssembly, unless that has been done for just these sources. */

const compiler = dirname(createRequire(import.meta.url).resolve('assemblyscript/package.json'));
const { version } = JSON.parse(readFileSync(join(compiler, 'package.json'), 'utf8'));
const sources = join(import.meta.dirname, 'kernels');
const target = join(import.meta.dirname, '../../../build');

const OPTIONS = [
  '-O3',
  '--noAssert',
  // No garbage collector and no allocator: kernels only see addresses.
  '--runtime',
  'stub',
  '--enable',
  'simd',
  '--enable',
  'relaxed-simd',
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

const names = readdirSync(sources)
  .filter((name) => name.endsWith('.ts'))
  .sort();
const texts = names.map((name) => readFileSync(join(sources, name), 'utf8'));
const hash = createHash('sha256')
  .update(JSON.stringify([version, OPTIONS, names, texts]))
  .digest('hex');
if (!isBuilt()) build();

function isBuilt(): boolean {
  try {
    return readFileSync(join(target, 'kernels.sha256'), 'utf8') === hash;
  } catch {
    return false;
  }
}

function build(): void {
  const made = join(target, `kernels.${process.pid}.wasm`);
  mkdirSync(target, { recursive: true });
  const asc = [join(compiler, 'bin/asc.js'), join(sources, 'index.ts'), '--outFile', made];
  execFileSync(process.execPath, [...asc, ...OPTIONS], { stdio: ['ignore', 'inherit', 'inherit'] });
  renameSync(made, join(target, 'kernels.wasm'));
  writeFileSync(join(target, 'kernels.sha256'), hash);
}
