import { lookUp } from '../../../lookUp.ts';
import type { PrimitiveName } from '../../../primitives/index.ts';
import { sizeOf } from '../../../shape.ts';
import type { Params } from '../../../tensor.ts';
import { attentionLowerings } from './attention.ts';
import { batchNormLowerings } from './batchNorm.ts';
import type { Call, Lowering, Lowerings, Place, Scratch } from './call.ts';
import { elementwiseLowerings } from './elementwise.ts';
import { linearLowerings } from './linear.ts';
import { copy, flat, movementLowerings } from './movement.ts';
import { reduceLowerings } from './reduce.ts';

const lowerings: Lowerings<PrimitiveName> = {
  ...elementwiseLowerings,
  ...linearLowerings,
  ...batchNormLowerings,
  ...attentionLowerings,
  ...reduceLowerings,
  ...movementLowerings,
};

/** The kernel calls that compute an instruction. */
export function lower(
  name: PrimitiveName | 'copy',
  params: Params,
  inputs: readonly Place[],
  outputs: readonly Place[],
  scratch: Scratch,
): Call[] {
  if (name === 'copy') return [copy([sizeOf(inputs[0]!.shape)], flat(inputs[0]!), flat(outputs[0]!))];
  return (lookUp(lowerings, name, 'lowering') as Lowering<unknown>)(inputs, outputs, params, scratch);
}
