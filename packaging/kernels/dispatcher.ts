import {
  argumentsOf,
  KERNELS,
  type KernelName,
  type Kind,
  TABLE,
} from '../../packages/tensor/src/backends/wasm/kernelTable.ts';
import type { SourceFile } from './assemblyScript.ts';

/** How AssemblyScript has an argument of each kind, which begins `at` bytes behind the first. */
const kinds: Readonly<Record<Kind, { type: string; bytes: number; read: (at: number) => string }>> = {
  pointer: { type: 'usize', bytes: 4, read: (at) => `load<usize>(args, ${at})` },
  optional: { type: 'usize', bytes: 4, read: (at) => `load<usize>(args, ${at})` },
  integer: { type: 'i32', bytes: 4, read: (at) => `load<i32>(args, ${at})` },
  real: { type: 'f32', bytes: 4, read: (at) => `load<f32>(args, ${at})` },
  flag: { type: 'bool', bytes: 4, read: (at) => `load<i32>(args, ${at}) != 0` },
  // An address, and the bytes of each thread.
  perThread: {
    type: 'usize',
    bytes: 8,
    read: (at) => `load<usize>(args, ${at}) + <usize>thread * load<usize>(args, ${at + 4})`,
  },
  list: { type: 'usize', bytes: Number.NaN, read: (at) => `args + ${at}` },
};

/** Its `execute` calls kernels, and is none. */
const INTERPRETER = 'index.ts';

const KERNEL = /^export function (\w+)\(([^)]*\bthread: i32,\s*threads: i32,?\s*)\): void/gm;

/**
 * The AssemblyScript function that calls a kernel by its number, with the arguments of the table. `folder` is where the
 * sources are, seen from its file.
 *
 * A kernel is an exported function that returns nothing and whose last parameters are `thread: i32, threads: i32`. Throws,
 * naming it, for a kernel of the table without a function, for one that the table lacks, and for one that has other
 * parameters than the table.
 */
export function dispatcher(sources: readonly SourceFile[], folder: string): string {
  const functions = new Map(sources.filter(({ file }) => file !== INTERPRETER).flatMap(kernelsIn));
  const unknown = [...functions.keys()].find((name) => !KERNELS.includes(name as KernelName));
  if (unknown) throw new Error(`kernels/${functions.get(unknown)!.file}: kernelTable.ts has no ${unknown}`);
  for (const kernel of KERNELS) compare(kernel, functions.get(kernel));
  const imports = KERNELS.map(
    (kernel) => `import { ${kernel} } from '${folder}/${functions.get(kernel)!.file.replace('.ts', '')}';`,
  );
  const cases = KERNELS.map((kernel, number) => `    case ${number}: ${callOf(kernel)}; break;`);
  return [
    '// Made by the build from kernelTable.ts.',
    '',
    ...imports,
    '',
    `export const TABLE: i32 = ${TABLE};`,
    '',
    'export function call(kernel: i32, args: usize, thread: i32, threads: i32): void {',
    '  switch (kernel) {',
    ...cases,
    '    default: unreachable();',
    '  }',
    '}',
    '',
  ].join('\n');
}

/** The kernels in a source: their names, files and parameters. */
function kernelsIn({ file, text }: SourceFile): [string, { file: string; parameters: string }][] {
  return [...text.matchAll(KERNEL)].map(([, name, parameters]) => [
    name!,
    { file, parameters: parameters!.trim().replace(/,$/, '').replace(/\s+/g, ' ') },
  ]);
}

function compare(kernel: KernelName, found: { file: string; parameters: string } | undefined): void {
  if (!found) throw new Error(`kernelTable.ts: no file of kernels/ has a function ${kernel}`);
  const expected = [
    ...argumentsOf(kernel).map(([name, kind]) => `${name}: ${kinds[kind].type}`),
    'thread: i32',
    'threads: i32',
  ].join(', ');
  if (found.parameters !== expected) {
    throw new Error(
      `kernels/${found.file}: ${kernel} takes (${found.parameters}), but kernelTable.ts gives it (${expected})`,
    );
  }
}

function callOf(kernel: KernelName): string {
  let at = 0;
  const given = argumentsOf(kernel).map(([name, kind]) => {
    if (Number.isNaN(at)) throw new Error(`kernelTable.ts: ${kernel}'s ${name} stands behind a list`);
    const read = kinds[kind].read(at);
    at += kinds[kind].bytes;
    return read;
  });
  return `${kernel}(${[...given, 'thread', 'threads'].join(', ')})`;
}
