import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * Compiles the kernels to WebAssembly, unless that has been done for just these sources: a module that exports them as a
 * string, so that any bundler takes it as it is.
 */

const compiler = dirname(createRequire(import.meta.url).resolve('assemblyscript/package.json'));
const { version } = JSON.parse(readFileSync(join(compiler, 'package.json'), 'utf8'));
const folder = join(import.meta.dirname, 'kernels');
const target = join(import.meta.dirname, '../../build');
const made = join(target, 'lowRank.js');

// No garbage collector and no allocator: kernels only see addresses.
const OPTIONS = ['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '--initialMemory', '1'];

const sources = globSync('*.ts', { cwd: folder })
  .sort()
  .map((file) => [file, readFileSync(join(folder, file), 'utf8')]);
const hash = createHash('sha256')
  .update(JSON.stringify([version, OPTIONS, sources]))
  .digest('hex');
const MARK = `// ${hash}\n`;
if (!isBuilt()) build();

function isBuilt(): boolean {
  try {
    return readFileSync(made, 'utf8').startsWith(MARK);
  } catch {
    return false;
  }
}

function build(): void {
  mkdirSync(target, { recursive: true });
  const wasm = join(target, `lowRank.${process.pid}.wasm`);
  const asc = [join(compiler, 'bin/asc.js'), join(folder, 'index.ts'), '--outFile', wasm, ...OPTIONS];
  execFileSync(process.execPath, asc, { stdio: ['ignore', 'ignore', 'inherit'] });
  const packed = readFileSync(wasm).toString('base64');
  rmSync(wasm);
  const whole = join(target, `lowRank.${process.pid}.js`);
  writeFileSync(whole, `${MARK}export default '${packed}';\n`);
  renameSync(whole, made);
}
