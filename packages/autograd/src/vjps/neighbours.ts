import { gatherNeighbours, scatterNeighbours } from '@nlrn/tensor';
import type { Rules } from './rule.ts';

/** Which pixels look alike does not depend on them smoothly; gather and scatter are linear, and each other's adjoint. */
export const neighbourRules: Rules<'similarNeighbours' | 'gatherNeighbours' | 'scatterNeighbours'> = {
  similarNeighbours: () => [null],
  gatherNeighbours: ({ g: [g], x: [, places], params }) => [scatterNeighbours(g, places, params), null],
  scatterNeighbours: ({ g: [g], x: [, places], params }) => [gatherNeighbours(g, places, params), null],
};
