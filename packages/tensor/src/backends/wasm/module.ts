import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { KERNELS, type KernelName, OPERATIONS, type OperationName } from './lower/call.ts';

const PATH = join(import.meta.dirname, '../../../build/kernels.wasm');

/** What the kernels export: the interpreter, and the numbers of kernels and element-wise operations. */
export interface KernelExports {
  execute(program: number, sync: number, spare: number, thread: number, threads: number): void;
}

/**
 * The version of Node that this project brings along, with which all tests run.
 *
 * In it V8 joins pairs of 128-bit operations to 256 bits where the processor can (`--experimental-wasm-revectorize`):
 * a third more speed, the same bits. The flag is experimental, and there is code that V8 cannot compile with it, so it is
 * given to this one version only.
 */
export const REVECTORIZING_NODE = '26.10.0';
if (process.versions.node === REVECTORIZING_NODE) setFlagsFromString('--experimental-wasm-revectorize');

let compiled: WebAssembly.Module | undefined;

/** The compiled kernels; throws if they have not been built. */
export function kernelModule(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(readKernels());
  return compiled;
}

function readKernels(): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(readFileSync(PATH));
  } catch {
    throw new Error('the wasm kernels have not been built; run `npx -y pnpm@12 build`');
  }
}

/** Instances of the kernels share one memory, and each thread has its own. */
export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): WebAssembly.Instance {
  const abort = (_message: number, _file: number, line: number) => {
    throw new Error(`a kernel has failed at line ${line}`);
  };
  return new WebAssembly.Instance(module, { env: { memory, abort } });
}

/** Constants that kernels and their callers must agree on. */
const CONSTANTS = [
  'ALONE',
  'COLUMNS',
  'REGISTER_BYTES',
  'SPARE_BYTES',
  'IN_MEMORY',
  'REGISTER',
  'SCALAR',
] as const;

/** What the kernels export a number for. */
type Numbers = Readonly<Record<KernelName | OperationName | (typeof CONSTANTS)[number], number>>;

let numbers: Numbers | undefined;

/** The numbers that the kernels' module exports. Throws as `numbersOf`. */
export function kernelNumbers(): Numbers {
  const memory = new WebAssembly.Memory({ initial: 2, maximum: 2, shared: true });
  numbers ??= numbersOf(instantiate(kernelModule(), memory).exports);
  return numbers;
}

/**
 * The numbers among a module's exports. Throws, naming it, for a kernel, an operation or a constant that is missing, and
 * for two kernels or two operations with one number.
 */
export function numbersOf(exports: Readonly<Record<string, unknown>>): Numbers {
  const numberOf = (name: string): number => {
    const exported = exports[name];
    if (exported instanceof WebAssembly.Global) return exported.value;
    throw new Error(`the wasm kernels export no number ${name}; see kernels/index.ts`);
  };
  for (const names of [KERNELS, OPERATIONS]) {
    const byNumber = new Map<number, string>();
    for (const name of names) {
      const other = byNumber.get(numberOf(name));
      if (other) throw new Error(`the wasm kernels ${other} and ${name} have the same number`);
      byNumber.set(numberOf(name), name);
    }
  }
  const names = [...KERNELS, ...OPERATIONS, ...CONSTANTS];
  return Object.fromEntries(names.map((name) => [name, numberOf(name)])) as Numbers;
}
