import { ARRAYS, type Data, givenOut, type Stored, storedAs } from '../../elementType.ts';
import type { RoutineName } from '../../primitives/index.ts';
import { compileGraph } from '../../program/compile.ts';
import { formatBytes } from '../../program/formatProgram.ts';
import type { Graph, Instruction, Program, Value } from '../../program/program.ts';
import { sizeOf } from '../../shape.ts';
import type { Variable } from '../../tensor.ts';
import type { Backend, Executable, Feeds, RunOptions } from '../backend.ts';
import { BackendError } from '../backendError.ts';
import { inOrder } from '../inOrder.ts';
import { type UntypedBackend, withLifetime } from '../lifetime.ts';
import { routineOf } from '../routineOf.ts';
import { storing } from '../storing.ts';
import { turns } from '../turns.ts';
import { attentionKernels } from './attention.ts';
import { batchNormKernels } from './batchNorm.ts';
import { conv2dKernels } from './conv2d.ts';
import { evaluate } from './expression.ts';
import type { Kernel, Kernels } from './kernel.ts';
import { matmulKernels } from './matmul.ts';
import { neighbourKernels } from './neighbours.ts';

const kernels: Kernels<RoutineName> = {
  ...matmulKernels,
  ...conv2dKernels,
  ...batchNormKernels,
  ...attentionKernels,
  ...neighbourKernels,
};

const storingHere = storing(
  'reference without Float16Array',
  ARRAYS.float16 ? ['float16', 'float32'] : ['float32'],
  'Node 24, which has it',
);

/**
 * The definition of right: plain loops, one thread, float64.
 *
 * With `precision` float32, for tests of what storing alone costs, every value is rounded when a kernel stores it; all
 * sums are collected in float64 then, too. Values of float16 are stored as such with both.
 */
export function referenceBackend({
  precision = 'float64',
}: {
  precision?: 'float32' | 'float64';
} = {}): Backend {
  const variables = new WeakMap<Variable, Data>();
  const stored = (variable: Variable): Data => {
    storingHere(variable);
    const data = variables.get(variable) ?? new ARRAYS[storedAs(variable.dtype, precision)](variable.initial);
    variables.set(variable, data);
    return data;
  };
  const backend: UntypedBackend = {
    description: `reference (${precision})`,
    compile(graph: Graph): Executable {
      const program = compileGraph(graph, {
        memory: 'arena',
        storing: storingHere,
        elementType: precision,
        scratch: () => [],
      });
      let view: ((value: Value) => Stored) | undefined;
      return {
        program,
        async run(feeds = {}, options) {
          view ??= viewsOf(arenaOf(program.peak), stored);
          return runProgram(program, view, feeds, options);
        },
        dispose() {
          view = undefined;
        },
      };
    },
    read: async (variable) => givenOut(stored(variable)),
    write(variable, value) {
      stored(variable).set(value);
    },
    async dispose() {},
  };
  return withLifetime(inOrder(backend, storingHere));
}

/** Memory for so many bytes. Throws BackendError, with the size and the remedy, if there is not as much. */
function arenaOf(bytes: number): ArrayBuffer {
  try {
    return new ArrayBuffer(bytes);
  } catch (error) {
    const needed = formatBytes(bytes);
    throw new BackendError(
      `the reference backend needs ${needed} of memory and cannot have it: take a smaller batch, patch or image`,
      { cause: error },
    );
  }
}

/** Finds the memory of a value: in the arena, or where its variable is kept. */
function viewsOf(arena: ArrayBuffer, stored: (variable: Variable) => Data): (value: Value) => Stored {
  return ({ shape, dtype, storage }) => {
    if (storage.kind === 'variable') return { shape, data: stored(storage.variable) };
    const [offset, size] = storage.kind === 'arena' ? [storage.offset, sizeOf(shape)] : [0, 0];
    return { shape, data: new ARRAYS[dtype](arena, offset, size) };
  };
}

async function runProgram(
  program: Program,
  view: (value: Value) => Stored,
  feeds: Feeds,
  { onProgress }: RunOptions = {},
): Promise<Record<string, Data>> {
  const turn = turns();
  for (const value of program.inputs) view(value).data.set(feeds[value.name]!);
  for (const [i, instruction] of program.instructions.entries()) {
    runInstruction(instruction, view);
    onProgress?.((i + 1) / program.instructions.length);
    await turn();
  }
  return Object.fromEntries(
    Object.entries(program.outputs).map(([name, value]) => [name, givenOut(view(value).data)]),
  );
}

/** The outputs for a kernel of one's own, which may add to them: zeros, but for one that lies over an input. */
function zeroed(outputs: readonly Stored[], inputs: readonly Stored[]): readonly Stored[] {
  const isOverOneOf = ({ data }: Stored) =>
    inputs.some((x) => x.data.buffer === data.buffer && x.data.byteOffset === data.byteOffset);
  for (const output of outputs) if (!isOverOneOf(output)) output.data.fill(0);
  return outputs;
}

function runInstruction(
  { name, inputs, outputs, params, expressions, kernel }: Instruction,
  view: (value: Value) => Stored,
): void {
  const from = inputs.map(view);
  const to = outputs.map(view);
  if (name === 'copy') to[0]!.data.set(from[0]!.data);
  else if (expressions) evaluate(expressions, from, to);
  else if (kernel) kernel(from, zeroed(to, from), params);
  else (routineOf(kernels, name, 'reference') as unknown as Kernel)(from, to, params);
}
