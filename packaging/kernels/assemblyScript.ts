import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const PACKAGE = createRequire(import.meta.url).resolve('assemblyscript/package.json');

/** The compiler's version, of which depends what it makes. */
export const COMPILER: string = JSON.parse(readFileSync(PACKAGE, 'utf8')).version;

/** What all kernels are compiled with: without garbage collector and allocator, as they only see addresses. */
export const KERNEL_OPTIONS = ['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd'];

/** AssemblyScript files as a WebAssembly module. Throws with the compiler's words. */
export async function compile(files: readonly string[], options: readonly string[]): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'nlrn-kernels-'));
  const made = join(folder, 'kernels.wasm');
  try {
    const asc = [join(dirname(PACKAGE), 'bin/asc.js'), ...files, '--outFile', made, ...options];
    await promisify(execFile)(process.execPath, asc);
    return readFileSync(made);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A source file: its path in a folder, and its text. */
export interface SourceFile {
  readonly file: string;
  readonly text: string;
}

/** The TypeScript files of a folder and of those in it, by their paths. */
export function sourcesIn(folder: string): SourceFile[] {
  return globSync('**/*.ts', { cwd: folder })
    .map((file) => file.replaceAll('\\', '/'))
    .sort()
    .map((file) => ({ file, text: readFileSync(join(folder, file), 'utf8') }));
}

/** Writes a file that appears whole. */
export type Write = (name: string, text: string) => void;

/**
 * Has the files of a folder made of `from` (which is JSON), unless they are there and were made of just the same. A making that
 * ends early leaves them unfinished, whatever they were made of before.
 */
export async function makeOnce(
  folder: string,
  from: unknown,
  make: (write: Write) => Promise<void>,
): Promise<void> {
  const hash = createHash('sha256').update(JSON.stringify(from)).digest('hex');
  if (isMade(folder, hash)) return;
  mkdirSync(folder, { recursive: true });
  rmSync(join(folder, MARK), { force: true });
  const names: string[] = [];
  const write: Write = (name, text) => {
    const written = join(folder, `${name}.${process.pid}`);
    writeFileSync(written, text);
    renameSync(written, join(folder, name));
    names.push(name);
  };
  await make(write);
  write(MARK, [hash, ...names].join('\n'));
}

/** The file that says what the others were made of, and their names. */
const MARK = 'made.txt';

function isMade(folder: string, hash: string): boolean {
  if (!existsSync(join(folder, MARK))) return false;
  const [found, ...names] = readFileSync(join(folder, MARK), 'utf8').split('\n');
  return found === hash && names.every((name) => existsSync(join(folder, name)));
}
