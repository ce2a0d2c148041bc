export { type Shape, ShapeError, formatShape, sizeOf } from './shape.ts';
export { type Data, type Operation, Tensor, Variable, input, variable } from './tensor.ts';
export { type ParamsOf, type PrimitiveName, primitives } from './primitives/index.ts';
export {
  type Operand,
  add,
  div,
  exp,
  greater,
  log,
  maximum,
  minimum,
  mul,
  neg,
  relu,
  sqrt,
  square,
  sub,
} from './primitives/elementwise.ts';
export { Random, type RandomState, seedFrom } from './random.ts';
export { full, zeros } from './primitives/full.ts';
export { matmul } from './primitives/matmul.ts';
export { type Padding, conv2d, conv2dFilterGrad, conv2dInputGrad } from './primitives/conv2d.ts';
export {
  type BatchNormParams,
  batchNorm,
  batchNormGrad,
  batchNormInference,
} from './primitives/batchNorm.ts';
export { type AttentionParams, windowedAttention, windowedAttentionGrad } from './primitives/attention.ts';
export { broadcastTo, globalNorm, mean, sum } from './primitives/reduce.ts';
export { type Margins, concatenate, crop, flip, pad, reshape, transpose } from './primitives/movement.ts';
export { type AdamParams, adam } from './primitives/adam.ts';
export {
  type Graph,
  type Instruction,
  type Program,
  formatBytes,
  formatInstruction,
  formatProgram,
} from './program/program.ts';
export type { Backend, Executable, Feeds } from './backends/backend.ts';
export { referenceBackend } from './backends/reference/index.ts';
export { type WasmOptions, wasmBackend } from './backends/wasm/index.ts';
