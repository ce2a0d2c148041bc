import { adamPrimitive } from './adam.ts';
import { windowedAttentionGradPrimitive, windowedAttentionPrimitive } from './attention.ts';
import { batchNormGradPrimitive, batchNormInferencePrimitive, batchNormPrimitive } from './batchNorm.ts';
import { castPrimitive } from './cast.ts';
import { conv2dPrimitive } from './conv2d.ts';
import { conv2dFilterGradPrimitive } from './conv2dGrads.ts';
import { elementwisePrimitives } from './elementwise.ts';
import { fullPrimitive } from './full.ts';
import { matmulPrimitive } from './matmul.ts';
import {
  concatenatePrimitive,
  cropPrimitive,
  flipPrimitive,
  padPrimitive,
  reshapePrimitive,
  transposePrimitive,
} from './movement.ts';
import {
  gatherNeighboursPrimitive,
  scatterNeighboursPrimitive,
  similarNeighboursPrimitive,
} from './neighbours.ts';
import { radialBasisPrimitive, radialBasisWeightsGradPrimitive } from './radialBasis.ts';
import { broadcastToPrimitive, globalNormPrimitive, maxPrimitive, sumPrimitive } from './reduce.ts';

/** The primitives that are worth a kernel by hand: every backend owes one for each of them. */
export const routines = {
  matmul: matmulPrimitive,
  conv2d: conv2dPrimitive,
  conv2dFilterGrad: conv2dFilterGradPrimitive,
  batchNorm: batchNormPrimitive,
  batchNormGrad: batchNormGradPrimitive,
  windowedAttention: windowedAttentionPrimitive,
  windowedAttentionGrad: windowedAttentionGradPrimitive,
  similarNeighbours: similarNeighboursPrimitive,
  gatherNeighbours: gatherNeighboursPrimitive,
  scatterNeighbours: scatterNeighboursPrimitive,
};

/**
 * Every primitive there is. Gradient rules are a mapped type over this table, and backends over the routines, so that one
 * that lacks a rule or a kernel does not compile. What is no routine says itself, in expressions, how it is computed.
 */
export const primitives = {
  ...routines,
  ...elementwisePrimitives,
  full: fullPrimitive,
  cast: castPrimitive,
  batchNormInference: batchNormInferencePrimitive,
  sum: sumPrimitive,
  max: maxPrimitive,
  broadcastTo: broadcastToPrimitive,
  globalNorm: globalNormPrimitive,
  reshape: reshapePrimitive,
  transpose: transposePrimitive,
  flip: flipPrimitive,
  pad: padPrimitive,
  crop: cropPrimitive,
  concatenate: concatenatePrimitive,
  adam: adamPrimitive,
  radialBasis: radialBasisPrimitive,
  radialBasisWeightsGrad: radialBasisWeightsGradPrimitive,
};

export type RoutineName = keyof typeof routines;
/** The name of a primitive of the library. */
export type PrimitiveName = keyof typeof primitives;

type ShapeRule<N extends PrimitiveName> = (typeof primitives)[N]['shapes'];

/** The shapes of a primitive's inputs, by its name. */
export type InputsOf<N extends PrimitiveName> = Parameters<ShapeRule<N>>[0];
/** The shapes of a primitive's outputs, by its name. */
export type OutputsOf<N extends PrimitiveName> = ReturnType<ShapeRule<N>>;
/** A primitive's parameters, by its name. */
export type ParamsOf<N extends PrimitiveName> = Parameters<ShapeRule<N>>[1];
