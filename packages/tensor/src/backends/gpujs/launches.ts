import { bytesOf } from '../../elementType.ts';
import type { Graph, Program } from '../../program/program.ts';
import { compileForGpu, isCopy, lowerProgram, PER_THREAD } from './compile.ts';

/** What a GPU is given to do for some instructions. */
export interface Launches {
  /** Kernels that are launched */
  readonly kernels: number;
  /** Values that are copied from one place to another, without a kernel */
  readonly copies: number;
  /** Operations of products, two for each multiply-add; what else there is takes as long as its operands need */
  readonly operations: number;
  /** Bytes of all that kernels and copies read and write, each value once a kernel */
  readonly bytes: number;
}

/** What a graph is for a GPU, in all and by the name of instructions, the most bytes first. */
export interface GpuPlan {
  readonly program: Program;
  readonly all: Launches;
  readonly byName: ReadonlyMap<string, Launches>;
}

/** The program of a graph for gpu.js's mode `webgpu`, and how much it is, without a GPU. */
export function planForGpu(graph: Graph): GpuPlan {
  const program = compileForGpu(graph, PER_THREAD);
  const lowered = lowerProgram(program, PER_THREAD).map(({ instruction, calls }) => {
    const places = calls.map((call) =>
      isCopy(call) ? [call.from, call.to] : [...call.inputs, ...call.outputs],
    );
    const bytes = places.flat().reduce((sum, place) => sum + bytesOf(place), 0);
    const copies = calls.filter(isCopy).length;
    const operations = calls.reduce((sum, call) => sum + (isCopy(call) ? 0 : (call.operations ?? 0)), 0);
    return {
      name: instruction.name,
      launches: { kernels: calls.length - copies, copies, operations, bytes },
    };
  });
  const byName = Map.groupBy(lowered, ({ name }) => name);
  const summed = [...byName].map(([name, own]) => [name, sum(own.map(({ launches }) => launches))] as const);
  return {
    program,
    all: sum(lowered.map(({ launches }) => launches)),
    byName: new Map(summed.toSorted(([, a], [, b]) => b.bytes - a.bytes)),
  };
}

function sum(launches: readonly Launches[]): Launches {
  const of = (part: keyof Launches) => launches.reduce((total, own) => total + own[part], 0);
  return {
    kernels: of('kernels'),
    copies: of('copies'),
    operations: of('operations'),
    bytes: of('bytes'),
  };
}
