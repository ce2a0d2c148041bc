import {
  type Data,
  type Operation,
  type ParamsOf,
  type Shape,
  sizeOf,
  type Tensor,
  Variable,
} from '@nlrn/tensor';
import type { Timed } from './graphs.ts';
import type { OnnxConstant, OnnxGraph, OnnxNode, OnnxTensor } from './onnxModel.ts';

/** A graph in ONNX's terms, and the values of its inputs. */
export interface OnnxTimed {
  readonly graph: OnnxGraph;
  readonly feeds: readonly OnnxTensor[];
}

/** For each axis of the result, where it was before. */
type Axes = readonly [number, number, number, number];

/** Images: ONNX's [B, C, H, W] from this project's [B, H, W, C], and back. */
const CHANNELS_SECOND: Axes = [0, 3, 1, 2];
export const CHANNELS_LAST: Axes = [0, 2, 3, 1];
/** Filters: ONNX's [K, C, h, w] from [h, w, C, K]. */
const FILTERS_FIRST: Axes = [3, 2, 0, 1];

/** Primitives of images alone, and ONNX's operators. */
const OPERATORS: Readonly<Record<string, string>> = { relu: 'Relu', add: 'Add', sub: 'Sub' };

/**
 * Translates a graph of conv2d, relu, add and sub of images, and of borders of repeated pixels, with the values of its variables.
 *
 * Filters and biases become constants, as in a trained network, so that a runtime can lay them out beforehand;
 * the images that the graph starts from are fed at each run. Throws Error for other primitives.
 */
export function onnxOf({ graph: { outputs, updates = new Map() }, feeds }: Timed): OnnxTimed {
  const translation = new Translation(feeds);
  const results = [...Object.values(outputs), ...updates.values()].map((tensor) => ({
    name: translation.image(tensor),
    dims: moved(tensor.shape, CHANNELS_SECOND),
  }));
  const { inputs, constants, nodes } = translation;
  return { graph: { inputs, constants, nodes, outputs: results }, feeds: inputs };
}

class Translation {
  readonly inputs: OnnxTensor[] = [];
  readonly constants: OnnxConstant[] = [];
  readonly nodes: OnnxNode[] = [];
  private readonly feeds: Timed['feeds'];
  private readonly names = new Map<Tensor, string>();

  constructor(feeds: Timed['feeds']) {
    this.feeds = feeds;
  }

  /** The name of an image, which is translated unless it has been. */
  image(tensor: Tensor): string {
    const name = this.names.get(tensor) ?? this.translated(tensor);
    this.names.set(tensor, name);
    return name;
  }

  private translated(tensor: Tensor): string {
    const { origin } = tensor;
    if (origin.kind !== 'operation') return this.fed(tensor, origin.name);
    const border = repeatedBorder(tensor);
    return border ? this.padded(border) : this.node(origin.operation);
  }

  private padded({ image, before, after }: Border): string {
    const pads = [before, after].flatMap((sides) => moved(sides, CHANNELS_SECOND)).map(BigInt);
    const sizes = { dims: [pads.length], data: BigInt64Array.from(pads) };
    return this.add('Pad', [this.image(image), keep(this.constants, 'constant', sizes)], { mode: 'edge' });
  }

  private node({ primitive, inputs, params }: Operation): string {
    const operator = OPERATORS[primitive.name];
    if (operator)
      return this.add(
        operator,
        inputs.map((x) => this.image(x)),
      );
    if (primitive.name !== 'conv2d') throw new Error(`${primitive.name} is not translated to ONNX`);
    const [x, ...filtersAndBias] = inputs;
    const { stride, padding, dilation, inputDilation, groups } = params as ParamsOf<'conv2d'>;
    if (Math.max(...inputDilation) > 1) throw new Error('zeros put in are not translated to ONNX');
    const [[top, bottom], [left, right]] = padding;
    const values = [this.image(x!), ...filtersAndBias.map((tensor) => this.constant(tensor))];
    return this.add('Conv', values, {
      strides: stride,
      pads: [top, left, bottom, right],
      dilations: dilation,
      group: groups,
    });
  }

  private add(operator: string, inputs: string[], attributes: OnnxNode['attributes'] = {}): string {
    const output = `${operator}${this.nodes.length}`;
    this.nodes.push({ operator, inputs, output, attributes });
    return output;
  }

  private fed(tensor: Tensor, feed: string): string {
    const data = tensor instanceof Variable ? tensor.initial : this.feeds[feed]!;
    return keep(this.inputs, 'input', laidOut(data, tensor.shape, CHANNELS_SECOND));
  }

  /** Filters, or a bias, which has one axis. */
  private constant(tensor: Tensor): string {
    if (!(tensor instanceof Variable))
      throw new Error('filters that are computed are not translated to ONNX');
    const { initial, shape } = tensor;
    const value =
      shape.length === 4
        ? laidOut(initial, shape, FILTERS_FIRST)
        : { dims: shape, data: Float32Array.from(initial) };
    return keep(this.constants, 'constant', value);
  }
}

/** An image, and how often its first and its last pixel are repeated along each axis. */
interface Border {
  readonly image: Tensor;
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/** An image with pixels of its own repeated around it, as `padBorder` makes it axis by axis; undefined for what is none. */
function repeatedBorder(tensor: Tensor): Border | undefined {
  const parts = inputsOf(tensor, 'concatenate');
  const at = parts.findIndex((image) => parts.every((part) => part === image || isEdge(part, image)));
  const inside = parts[at];
  if (!inside) return undefined;
  const { image, before, after } = repeatedBorder(inside) ?? { image: inside, before: NONE, after: NONE };
  const grown = (sides: readonly number[], edge: Tensor | undefined) =>
    sides.map((n, axis) => (edge && tensor.shape[axis] !== inside.shape[axis] ? edge.shape[axis]! : n));
  return { image, before: grown(before, parts[at - 1]), after: grown(after, parts[at + 1]) };
}

/** Of four axes. */
const NONE = [0, 0, 0, 0];

/** Whether a part is a row or a column of an image, again and again. */
function isEdge(part: Tensor, image: Tensor): boolean {
  const [repeated = part] = inputsOf(part, 'broadcastTo');
  return inputsOf(repeated, 'crop')[0] === image;
}

/** What a primitive was given; nothing for a tensor of another. */
function inputsOf({ origin }: Tensor, primitive: string): readonly Tensor[] {
  return origin.kind === 'operation' && origin.operation.primitive.name === primitive
    ? origin.operation.inputs
    : [];
}

/** Numbers the value, adds it to the list, and returns its name. */
function keep<T extends OnnxConstant>(list: T[], name: string, value: Omit<T, 'name'>): string {
  const named = `${name}${list.length}`;
  list.push({ ...value, name: named } as T);
  return named;
}

function laidOut(data: Data, shape: Shape, axes: Axes): Omit<OnnxTensor, 'name'> {
  return { dims: moved(shape, axes), data: transposed(data, shape, axes) };
}

function moved<T>(perAxis: readonly T[], axes: Axes): [T, T, T, T] {
  return axes.map((axis) => perAxis[axis]!) as [T, T, T, T];
}

/** The data of a tensor of four axes with these in another order, as NumPy's `transpose(x, axes)`. */
export function transposed(data: Data, shape: Shape, axes: Axes): Float32Array {
  const [A, B, C, D] = moved(shape, axes);
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  const [a, b, c, d] = moved(strides, axes);
  const result = new Float32Array(data.length);
  let at = 0;
  for (let i = 0; i < A; i++)
    for (let j = 0; j < B; j++)
      for (let k = 0; k < C; k++)
        for (let l = 0; l < D; l++) result[at++] = data[i * a + j * b + k * c + l * d]!;
  return result;
}
