export type { Backend, Executable, Feeds, InstructionTime, Results, RunOptions } from './backends/backend.ts';
export { BackendError } from './backends/backendError.ts';
export { GPU_MODES, type GpuMode } from './backends/gpujs/modes.ts';
export { referenceBackend } from './backends/reference/index.ts';
export { turn } from './backends/turns.ts';
export { type WasmOptions, wasmBackend } from './backends/wasm/index.ts';
export { bytesOf, type Data, type Dtype, type ElementType, type Stored } from './elementType.ts';
export { type Expression, elementwise, type Source } from './expressions/expression.ts';
export { base, type Formula } from './expressions/formula.ts';
export { lookUp } from './lookUp.ts';
export { named, nameOf, takeName } from './names.ts';
export { toDot } from './picture/dot.ts';
export { toMermaid } from './picture/mermaid.ts';
export {
  type Drawable,
  type Node as PictureNode,
  type PictureOptions,
  type PlacedNode,
  pictureOf,
} from './picture/picture.ts';
export { type AdamParams, adam } from './primitives/adam.ts';
export { type AttentionParams, windowedAttention, windowedAttentionGrad } from './primitives/attention.ts';
export {
  type BatchNormParams,
  batchNorm,
  batchNormGrad,
  batchNormInference,
} from './primitives/batchNorm.ts';
export { type Border, padBorder } from './primitives/border.ts';
export { cast } from './primitives/cast.ts';
export { type Conv2dOptions, conv2d } from './primitives/conv2d.ts';
export { conv2dFilterGrad, conv2dInputGrad } from './primitives/conv2dGrads.ts';
export { convTranspose2d } from './primitives/convTranspose2d.ts';
export {
  abs,
  add,
  div,
  exp,
  greater,
  leakyRelu,
  log,
  maximum,
  minimum,
  mul,
  neg,
  type Operand,
  pow,
  relu,
  sigmoid,
  sqrt,
  square,
  stopGradient,
  sub,
  tanh,
  where,
} from './primitives/elementwise.ts';
export { full, zeros } from './primitives/full.ts';
export {
  type InputsOf,
  type OutputsOf,
  type ParamsOf,
  type PrimitiveName,
  primitives,
} from './primitives/index.ts';
export { matmul } from './primitives/matmul.ts';
export {
  concatenate,
  crop,
  flip,
  type Margins,
  pad,
  pixelShuffle,
  pixelUnshuffle,
  reshape,
  take,
  transpose,
} from './primitives/movement.ts';
export {
  gatherNeighbours,
  type SimilarParams,
  scatterNeighbours,
  similarNeighbours,
  type WindowParams,
} from './primitives/neighbours.ts';
export { type RadialBasisParams, radialBasis, radialBasisWeightsGrad } from './primitives/radialBasis.ts';
export { broadcastTo, globalNorm, max, mean, sum } from './primitives/reduce.ts';
export { formatBytes, formatInstruction, formatProgram } from './program/formatProgram.ts';
export { formatTensor } from './program/formatTensor.ts';
export { namedTensors } from './program/namedTensors.ts';
export { print } from './program/print.ts';
export type {
  Graph,
  Instruction,
  Outputs,
  Program,
  Storage,
  Value,
} from './program/program.ts';
export { formatNumber } from './program/step.ts';
export { Random, type RandomState, seedFrom } from './random.ts';
export { sha256Hex } from './sha256.ts';
export { formatShape, type Shape, ShapeError, sizeOf } from './shape.ts';
export {
  apply,
  applyAny,
  type Each,
  type InputShapes,
  input,
  type Operation,
  type Params,
  type Primitive,
  Tensor,
  Variable,
  variable,
} from './tensor.ts';
