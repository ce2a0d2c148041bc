import { bytesOf } from '../../elementType.ts';
import { compileGraph } from '../../program/compile.ts';
import type { Graph, Program } from '../../program/program.ts';
import type { Storing } from '../storing.ts';
import { type Lanes, MOST_INPUTS } from './lower/dispatch.ts';
import { isCopy, scratchOf, stepsOf } from './steps.ts';

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

/** Numbers that a thread makes in mode `webgpu`. */
export const LANES: Lanes = 4;

/** The program of a graph for gpu.js's mode `webgpu`, and how much it is, without a GPU. */
export function planForGpu(graph: Graph): GpuPlan {
  const program = compileForGpu(graph);
  const steps = stepsOf(program, LANES).map(({ instruction, steps }) => {
    const places = steps.map((step) =>
      isCopy(step) ? [step.from, step.to] : [...step.inputs, ...step.outputs],
    );
    const bytes = places.flat().reduce((sum, place) => sum + bytesOf(place), 0);
    const copies = steps.filter(isCopy).length;
    const operations = steps.reduce((sum, step) => sum + (isCopy(step) ? 0 : (step.operations ?? 0)), 0);
    return {
      name: instruction.name,
      launches: { kernels: steps.length - copies, copies, operations, bytes },
    };
  });
  const byName = Map.groupBy(steps, ({ name }) => name);
  const summed = [...byName].map(([name, own]) => [name, sum(own.map(({ launches }) => launches))] as const);
  return {
    program,
    all: sum(steps.map(({ launches }) => launches)),
    byName: new Map(summed.toSorted(([, a], [, b]) => b.bytes - a.bytes)),
  };
}

/** The program of a graph for mode `webgpu`, on a device that stores what `storing` lets pass. */
export function compileForGpu(graph: Graph, storing?: Storing): Program {
  return compileGraph(graph, {
    ...(storing && { storing }),
    memory: 'buffers',
    mostInputs: MOST_INPUTS,
    scratch: (step, isRead) => scratchOf(step, isRead, LANES),
  });
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
