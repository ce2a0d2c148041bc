import { notDifferentiable, type Rules } from './rule.ts';

export const adamRules: Rules<'adam'> = {
  adam: notDifferentiable('adam'),
};
