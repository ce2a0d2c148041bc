import type { PrimitiveName } from '@nlrn/tensor';
import { adamRules } from './adam.ts';
import { attentionRules } from './attention.ts';
import { batchNormRules } from './batchNorm.ts';
import { castRules } from './cast.ts';
import { conv2dRules } from './conv2d.ts';
import { elementwiseRules } from './elementwise.ts';
import { fullRules } from './full.ts';
import { matmulRules } from './matmul.ts';
import { movementRules } from './movement.ts';
import { neighbourRules } from './neighbours.ts';
import { radialBasisRules } from './radialBasis.ts';
import { reduceRules } from './reduce.ts';
import type { Rules } from './rule.ts';

/** One rule for each primitive; a primitive without one does not compile. */
export const rules: Rules<PrimitiveName> = {
  ...elementwiseRules,
  ...matmulRules,
  ...conv2dRules,
  ...batchNormRules,
  ...attentionRules,
  ...movementRules,
  ...reduceRules,
  ...fullRules,
  ...castRules,
  ...adamRules,
  ...radialBasisRules,
  ...neighbourRules,
};
