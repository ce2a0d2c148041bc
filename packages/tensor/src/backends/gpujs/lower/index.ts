import type { RoutineName } from '../../../primitives/index.ts';
import type { Step } from '../../../program/step.ts';
import type { Params } from '../../../tensor.ts';
import { routineOf } from '../../routineOf.ts';
import { attentionLowerings } from './attention.ts';
import { batchNormLowerings } from './batchNorm.ts';
import { conv2dLowerings } from './conv2d.ts';
import type { BufferPlace, Dispatch, LoweringContext, Lowerings } from './dispatch.ts';
import { evaluate } from './expression.ts';
import { matmulLowerings } from './matmul.ts';
import { neighbourLowerings } from './neighbours.ts';

const lowerings: Lowerings<RoutineName> = {
  ...matmulLowerings,
  ...conv2dLowerings,
  ...batchNormLowerings,
  ...attentionLowerings,
  ...neighbourLowerings,
};

/** The kernel calls that compute an instruction. */
export function lower(
  { name, params, expressions }: Pick<Step, 'name' | 'params' | 'expressions'>,
  inputs: readonly BufferPlace[],
  outputs: readonly (BufferPlace | undefined)[],
  context: LoweringContext,
): Dispatch[] {
  if (expressions) return evaluate(expressions, inputs, outputs as Dispatch['outputs'], context);
  return (routineOf(lowerings, name, 'gpujs') as AnyLowering)(inputs, outputs, params, context);
}

/** TypeScript cannot follow a primitive's inputs and outputs through the table. */
type AnyLowering = (
  inputs: readonly BufferPlace[],
  outputs: readonly (BufferPlace | undefined)[],
  params: Params,
  context: LoweringContext,
) => Dispatch[];
