import { crop, flip, pad, reshape, transpose } from '@nlrn/tensor';
import type { Rules } from './rule.ts';

export const movementRules: Rules<'reshape' | 'transpose' | 'flip' | 'pad' | 'crop' | 'concatenate'> = {
  reshape: ({ g: [g], x: [x] }) => [reshape(g, x.shape)],
  transpose: ({ g: [g], params: { axes } }) => [
    transpose(
      g,
      axes.map((_, axis) => axes.indexOf(axis)),
    ),
  ],
  flip: ({ g: [g], params: { axes } }) => [flip(g, axes)],
  pad: ({ g: [g], params: { margins } }) => [crop(g, margins)],
  crop: ({ g: [g], params: { margins } }) => [pad(g, margins)],
  concatenate: ({ g: [g], x, params: { axis } }) => {
    let start = 0;
    return x.map((part) => {
      const before = start;
      start += part.shape[axis]!;
      const after = g.shape[axis]! - start;
      return crop(
        g,
        part.shape.map((_, a) => (a === axis ? [before, after] : [0, 0])),
      );
    });
  },
};
