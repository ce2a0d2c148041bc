import type { Rules } from './rule.ts';

export const castRules: Rules<'cast'> = {
  // Rounding is flat almost everywhere: the gradient of what is rounded is what is of use.
  cast: ({ g: [g] }) => [g],
};
