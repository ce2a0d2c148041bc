import { bytesOf } from '../../elementType.ts';
import { compileGraph } from '../../program/compile.ts';
import type { Graph, Instruction, Program, Value } from '../../program/program.ts';
import type { Step } from '../../program/step.ts';
import type { Shape } from '../../shape.ts';
import type { Storing } from '../storing.ts';
import { type BufferPlace, type Dispatch, MOST_INPUTS, type ThreadNumbers } from './lower/dispatch.ts';
import { lower } from './lower/index.ts';

/** Numbers that a thread makes in mode `webgpu`. */
export const PER_THREAD: ThreadNumbers = 4;

/** A copy from one place into another. */
export interface Copy {
  readonly from: BufferPlace;
  readonly to: BufferPlace;
}

/** What is done for one instruction, one call after the other. */
export interface Lowered {
  readonly instruction: Instruction;
  readonly calls: readonly (Dispatch | Copy)[];
}

export function isCopy(call: Dispatch | Copy): call is Copy {
  return 'to' in call;
}

/** The program of a graph, for threads that make so many numbers, on a device that stores what `storing` lets pass. */
export function compileForGpu(graph: Graph, perThread: ThreadNumbers, storing?: Storing): Program {
  return compileGraph(graph, {
    ...(storing && { storing }),
    memory: 'buffers',
    mostInputs: MOST_INPUTS,
    scratch: (step, isRead) => scratchOf(step, isRead, perThread),
  });
}

/** The bytes of a step's pieces of scratch memory, in the order in which its lowering asks for them. */
function scratchOf(step: Step, isRead: (output: number) => boolean, perThread: ThreadNumbers): number[] {
  if (step.name === 'copy') return [];
  const sizes: number[] = [];
  const nowhere = ({ shape }: { shape: Shape }): BufferPlace => ({
    shape,
    dtype: 'float32',
    memory: { kind: 'arena', offset: 0 },
  });
  const outputs = step.outputs.map((output, o) => (isRead(o) ? nowhere(output) : undefined));
  const scratch = (shape: Shape) => {
    const place = nowhere({ shape });
    sizes.push(bytesOf(place));
    return place;
  };
  lower(step, step.inputs.map(nowhere), outputs, { scratch, perThread });
  return sizes;
}

/** The kernels of a program, with every place decided. */
export function lowerProgram({ instructions }: Program, perThread: ThreadNumbers): Lowered[] {
  return instructions.map((instruction) => {
    const inputs = instruction.inputs.map((value) => placeOf(value)!);
    const outputs = instruction.outputs.map(placeOf);
    if (instruction.name === 'copy') return { instruction, calls: [{ from: inputs[0]!, to: outputs[0]! }] };
    const pieces = instruction.scratch.values();
    const scratch = (shape: Shape): BufferPlace => {
      const { offset } = pieces.next().value!;
      return { shape, dtype: 'float32', memory: { kind: 'arena', offset } };
    };
    return { instruction, calls: lower(instruction, inputs, outputs, { scratch, perThread }) };
  });
}

/** Where a value lies; undefined if nobody reads it. */
export function placeOf({ shape, dtype, storage }: Value): BufferPlace | undefined {
  return storage.kind === 'none' ? undefined : { shape, dtype, memory: storage };
}

/** The buffers of a program's arena: how many bytes each must hold, by offset. */
export function bufferSizes({ instructions, inputs }: Program): Map<number, number> {
  const sizes = new Map<number, number>();
  const enlarge = (offset: number, bytes: number) => {
    sizes.set(offset, Math.max(bytes, sizes.get(offset) ?? 0));
  };
  const values: readonly Value[] = [
    ...inputs,
    ...instructions.flatMap(({ inputs, outputs }) => [...inputs, ...outputs]),
  ];
  for (const value of values) {
    if (value.storage.kind === 'arena') enlarge(value.storage.offset, bytesOf(value));
  }
  for (const { scratch } of instructions) for (const { offset, bytes } of scratch) enlarge(offset, bytes);
  return sizes;
}
