import type { AttentionParams } from '../../../../primitives/attention.ts';
import type { Instruction, Program, Value } from '../../../../program/program.ts';
import { sameShape } from '../../../../shape.ts';
import { holdsLanes } from './attention.ts';

/**
 * The logits of a program and their gradients, by name, if they may stand in lanes between the instructions that make and
 * read them ([groups, height, W, q², 8], see kernels/attention/lanes/block.ts): all of them or none, as some are written over others.
 *
 * They may if they go from attention to attention alone, all of which has its images side by side.
 */
export function bandsInLanes({ instructions, inputs, outputs }: Program): ReadonlySet<string> {
  const attentions = instructions.filter((instruction) => bandsOf(instruction).length > 0);
  const bands = attentions.flatMap(bandsOf);
  const names = new Set(bands.map(({ name }) => name));
  const others = [...inputs, ...Object.values(outputs), ...instructions.flatMap(othersOf)];
  const areHidden =
    bands.every(({ storage }) => storage.kind !== 'variable') && others.every(({ name }) => !names.has(name));
  const areAlike = [...Map.groupBy(bands, ({ name }) => name).values()].every(haveOneShape);
  return areHidden && areAlike && attentions.every(isInLanes) ? names : new Set();
}

/** A value that is reshaped has one name, and another place in lanes. */
function haveOneShape([first, ...others]: readonly Value[]): boolean {
  return others.every(({ shape }) => sameShape(shape, first!.shape));
}

/** Which inputs and outputs of an instruction are logits, or gradients of logits. */
const PLACES: { readonly [name: string]: { readonly inputs: number[]; readonly outputs: number[] } } = {
  windowedAttention: { inputs: [3], outputs: [1] },
  windowedAttentionGrad: { inputs: [5, 7], outputs: [3, 4] },
};

function bandsOf(instruction: Instruction): Value[] {
  return valuesOf(instruction, true);
}

function othersOf(instruction: Instruction): Value[] {
  return valuesOf(instruction, false);
}

function valuesOf({ name, inputs, outputs }: Instruction, areBands: boolean): Value[] {
  const places = Object.hasOwn(PLACES, name) ? PLACES[name]! : { inputs: [], outputs: [] };
  return [
    ...inputs.filter((_, i) => places.inputs.includes(i) === areBands),
    ...outputs.filter((_, i) => places.outputs.includes(i) === areBands),
  ];
}

function isInLanes({ name, params, inputs }: Instruction): boolean {
  const { q } = params as AttentionParams;
  return holdsLanes(inputs[0]!.shape, q, name === 'windowedAttentionGrad');
}
