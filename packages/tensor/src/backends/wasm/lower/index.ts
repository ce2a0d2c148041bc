import type { RoutineName } from '../../../primitives/index.ts';
import type { Step } from '../../../program/step.ts';
import type { Params } from '../../../tensor.ts';
import { routineOf } from '../../routineOf.ts';
import { adamLowerings } from './adam.ts';
import { attentionLowerings } from './attention/attention.ts';
import { batchNormLowerings } from './batchNorm.ts';
import type { Call, Lowerings, Place, Scratch } from './call.ts';
import { conv2dLowerings } from './conv2d/conv2d.ts';
import { copy, evaluate } from './expression.ts';
import { matmulLowerings } from './matmul.ts';
import { neighbourLowerings } from './neighbours.ts';
import { radialBasisLowerings } from './radialBasis.ts';

const lowerings: Lowerings<RoutineName | 'adam' | 'radialBasis'> = {
  ...adamLowerings,
  ...matmulLowerings,
  ...conv2dLowerings,
  ...batchNormLowerings,
  ...attentionLowerings,
  ...neighbourLowerings,
  ...radialBasisLowerings,
};

/** What has a kernel here, also of what could be computed by its expressions. */
export const ROUTINES: ReadonlySet<string> = new Set(Object.keys(lowerings));

/** The kernel calls that compute an instruction. */
export function lower(
  { name, params, expressions }: Pick<Step, 'name' | 'params' | 'expressions'>,
  inputs: readonly Place[],
  outputs: readonly Place[],
  scratch: Scratch,
): Call[] {
  if (name === 'copy') return [copy(inputs[0]!, outputs[0]!)];
  if (expressions) return evaluate(expressions, inputs, outputs, scratch);
  return (routineOf(lowerings, name, 'wasm') as AnyLowering)(inputs, outputs, params, scratch);
}

/** TypeScript cannot follow a primitive's inputs and outputs through the table. */
type AnyLowering = (
  inputs: readonly Place[],
  outputs: readonly Place[],
  params: Params,
  scratch: Scratch,
) => Call[];
