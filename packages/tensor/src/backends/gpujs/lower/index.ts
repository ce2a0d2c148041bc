import { lookUp } from '../../../lookUp.ts';
import type { PrimitiveName } from '../../../primitives/index.ts';
import type { Params } from '../../../tensor.ts';
import { adamLowerings } from './adam.ts';
import { attentionLowerings } from './attention.ts';
import { batchNormLowerings } from './batchNorm.ts';
import type { BufferPlace, Dispatch, Lowering, LoweringContext, Lowerings } from './dispatch.ts';
import { elementwiseLowerings } from './elementwise.ts';
import { linearLowerings } from './linear.ts';
import { movementLowerings } from './movement.ts';
import { reduceLowerings } from './reduce.ts';

const lowerings: Lowerings<PrimitiveName> = {
  ...elementwiseLowerings,
  ...linearLowerings,
  ...batchNormLowerings,
  ...attentionLowerings,
  ...reduceLowerings,
  ...movementLowerings,
  ...adamLowerings,
};

/** The kernel calls that compute an instruction. */
export function lower(
  name: PrimitiveName,
  params: Params,
  inputs: readonly BufferPlace[],
  outputs: readonly (BufferPlace | undefined)[],
  context: LoweringContext,
): Dispatch[] {
  return (lookUp(lowerings, name, 'lowering') as Lowering<unknown>)(inputs, outputs, params, context);
}
