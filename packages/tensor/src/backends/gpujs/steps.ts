import { bytesOf } from '../../elementType.ts';
import type { Instruction, Program, Value } from '../../program/program.ts';
import type { Step as PlannedStep } from '../../program/step.ts';
import type { Shape } from '../../shape.ts';
import type { BufferPlace, Dispatch, Lanes } from './lower/dispatch.ts';
import { lower } from './lower/index.ts';

/** A copy from one place into another. */
export interface Copy {
  readonly from: BufferPlace;
  readonly to: BufferPlace;
}

/** What one instruction does, one after the other. */
export interface Steps {
  readonly instruction: Instruction;
  readonly steps: readonly (Dispatch | Copy)[];
}

export function isCopy(step: Dispatch | Copy): step is Copy {
  return 'to' in step;
}

/** The bytes of a step's pieces of scratch memory, in the order in which its lowering asks for them. */
export function scratchOf(step: PlannedStep, isRead: (output: number) => boolean, lanes: Lanes): number[] {
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
  lower(step, step.inputs.map(nowhere), outputs, { scratch, lanes });
  return sizes;
}

/** The kernels of a program, with every place decided. */
export function stepsOf({ instructions }: Program, lanes: Lanes): Steps[] {
  return instructions.map((instruction) => {
    const inputs = instruction.inputs.map((value) => placeOf(value)!);
    const outputs = instruction.outputs.map(placeOf);
    if (instruction.name === 'copy') return { instruction, steps: [{ from: inputs[0]!, to: outputs[0]! }] };
    const pieces = instruction.scratch.values();
    const scratch = (shape: Shape): BufferPlace => {
      const { offset } = pieces.next().value!;
      return { shape, dtype: 'float32', memory: { kind: 'arena', offset } };
    };
    return { instruction, steps: lower(instruction, inputs, outputs, { scratch, lanes }) };
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
