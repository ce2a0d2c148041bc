import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import asc from 'assemblyscript/asc';

/** Compiles the kernels to WebAssembly, unless that has been done for just these sources. */

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
const hash = createHash('sha256').update(JSON.stringify([asc.version, OPTIONS, names, texts])).digest('hex');
if (!isBuilt()) await build();

function isBuilt(): boolean {
  try {
    return readFileSync(join(target, 'kernels.sha256'), 'utf8') === hash;
  } catch {
    return false;
  }
}

async function build(): Promise<void> {
  const name = `kernels.${process.pid}.wasm`;
  mkdirSync(target, { recursive: true });
  const output = ['--outFile', name, '--baseDir', sources];
  const { error, stderr } = await asc.main(['index.ts', ...output, ...OPTIONS], {
    writeFile: (file, contents) => writeFileSync(join(target, file), contents),
  });
  if (error) throw new Error(`the kernels do not compile:\n${stderr.toString()}`);
  renameSync(join(target, name), join(target, 'kernels.wasm'));
  writeFileSync(join(target, 'kernels.sha256'), hash);
}
