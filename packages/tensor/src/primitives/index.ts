import { adamPrimitive } from './adam.ts';
import { windowedAttentionGradPrimitive, windowedAttentionPrimitive } from './attention.ts';
import { batchNormGradPrimitive, batchNormInferencePrimitive, batchNormPrimitive } from './batchNorm.ts';
import { conv2dFilterGradPrimitive, conv2dPrimitive } from './conv2d.ts';
import { binaryPrimitives, unaryPrimitives } from './elementwise.ts';
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
import { broadcastToPrimitive, globalNormPrimitive, sumPrimitive } from './reduce.ts';

/**
 * Every primitive there is. Backends and gradient rules are mapped types over this table,
 * so that one that lacks a kernel or a rule does not compile.
 */
export const primitives = {
  ...unaryPrimitives,
  ...binaryPrimitives,
  full: fullPrimitive,
  matmul: matmulPrimitive,
  conv2d: conv2dPrimitive,
  conv2dFilterGrad: conv2dFilterGradPrimitive,
  batchNorm: batchNormPrimitive,
  batchNormInference: batchNormInferencePrimitive,
  batchNormGrad: batchNormGradPrimitive,
  windowedAttention: windowedAttentionPrimitive,
  windowedAttentionGrad: windowedAttentionGradPrimitive,
  sum: sumPrimitive,
  broadcastTo: broadcastToPrimitive,
  globalNorm: globalNormPrimitive,
  reshape: reshapePrimitive,
  transpose: transposePrimitive,
  flip: flipPrimitive,
  pad: padPrimitive,
  crop: cropPrimitive,
  concatenate: concatenatePrimitive,
  adam: adamPrimitive,
};

export type PrimitiveName = keyof typeof primitives;

type ShapeRule<N extends PrimitiveName> = (typeof primitives)[N]['shapes'];

/** A primitive's inputs, outputs and parameters, by its name: for each input and output a shape. */
export type InputsOf<N extends PrimitiveName> = Parameters<ShapeRule<N>>[0];
export type OutputsOf<N extends PrimitiveName> = ReturnType<ShapeRule<N>>;
export type ParamsOf<N extends PrimitiveName> = Parameters<ShapeRule<N>>[1];

export type UnaryName = keyof typeof unaryPrimitives;
export type BinaryName = keyof typeof binaryPrimitives;
