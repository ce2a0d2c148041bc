/** A value of a model, float32: its name and sizes. */
export interface OnnxValue {
  readonly name: string;
  readonly dims: readonly number[];
}

/** A tensor of numbers, such as an image that is fed. */
export interface OnnxTensor extends OnnxValue {
  readonly data: Float32Array;
}

/** A tensor that is part of the model, such as a filter, or sizes that an operator is given. */
export interface OnnxConstant extends OnnxValue {
  readonly data: Float32Array | BigInt64Array;
}

/** A whole number, several, or a word. */
type Attribute = number | readonly number[] | string;

/** One operator: `inputs` and `output` are names of values. */
export interface OnnxNode {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes?: Readonly<Record<string, Attribute>>;
}

/** Nodes stand behind those whose outputs they take. */
export interface OnnxGraph {
  readonly inputs: readonly OnnxValue[];
  readonly constants: readonly OnnxConstant[];
  readonly nodes: readonly OnnxNode[];
  readonly outputs: readonly OnnxValue[];
}

/** Of 2020 and 2021: all that reads ONNX today reads these. */
const IR_VERSION = 8;
const OPERATOR_SET = 15;
/** TensorProto.DataType's FLOAT and INT64, and AttributeProto.AttributeType's INT, STRING and INTS */
const [FLOAT, INT64] = [1, 7];
const [INT, STRING, INTS] = [2, 3, 7];

/**
 * The bytes of a .onnx file: a message ModelProto in protobuf's wire format.
 *
 * The numbers of the fields are those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.
 */
export function onnxModel({ inputs, constants, nodes, outputs }: OnnxGraph): Uint8Array {
  const graph = [
    ...nodes.map((node) => field(1, nodeProto(node))),
    field(2, 'graph'),
    ...constants.map((constant) => field(5, tensorProto(constant))),
    ...inputs.map((value) => field(11, valueInfoProto(value))),
    ...outputs.map((value) => field(12, valueInfoProto(value))),
  ];
  const operatorSet = [field(2, OPERATOR_SET)];
  return joined([field(1, IR_VERSION), field(7, joined(graph)), field(8, joined(operatorSet))]);
}

function nodeProto({ inputs, output, operator, attributes = {} }: OnnxNode): Uint8Array {
  return joined([
    ...inputs.map((name) => field(1, name)),
    field(2, output),
    field(4, operator),
    ...Object.entries(attributes).map(([name, values]) => field(5, attributeProto(name, values))),
  ]);
}

function attributeProto(name: string, value: Attribute): Uint8Array {
  return joined([field(1, name), ...typed(value)]);
}

function typed(value: Attribute): Uint8Array[] {
  if (typeof value === 'number') return [field(3, value), field(20, INT)];
  if (typeof value === 'string') return [field(4, value), field(20, STRING)];
  return [...value.map((n) => field(8, n)), field(20, INTS)];
}

/** Field 9, raw_data, is little-endian, as typed arrays are on all machines that Node runs on but one. */
function tensorProto({ name, dims, data }: OnnxConstant): Uint8Array {
  const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const type = data instanceof Float32Array ? FLOAT : INT64;
  return joined([...dims.map((n) => field(1, n)), field(2, type), field(8, name), field(9, raw)]);
}

/** ValueInfoProto: name and TypeProto, in it TypeProto.Tensor, in it TensorShapeProto, in it a Dimension an axis. */
function valueInfoProto({ name, dims }: OnnxValue): Uint8Array {
  const shape = joined(dims.map((n) => field(1, field(1, n))));
  const tensor = joined([field(1, FLOAT), field(2, shape)]);
  return joined([field(1, name), field(2, field(1, tensor))]);
}

/** Wire types of protobuf: a whole number as a varint; a length as a varint, then as many bytes. */
const [VARINT, LENGTH] = [0, 2];

/** A field of a message: a whole number, a text, or bytes, which may be those of another message. */
function field(number: number, value: number | string | Uint8Array): Uint8Array {
  if (typeof value === 'number') return joined([varint(8 * number + VARINT), varint(value)]);
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
  return joined([varint(8 * number + LENGTH), varint(bytes.length), bytes]);
}

/** Seven bits a byte, the lowest first; the eighth says that more follow. */
function varint(n: number): Uint8Array {
  const bytes = [];
  for (let rest = n; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Uint8Array.of(...bytes, Math.floor(n / 128 ** bytes.length));
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}
