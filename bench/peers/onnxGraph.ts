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
import type { OnnxConstant, OnnxGraph, OnnxNode } from './onnxModel.ts';

/** A graph in ONNX's terms, and the values of its inputs. */
export interface OnnxTimed {
  readonly graph: OnnxGraph;
  readonly feeds: readonly OnnxConstant[];
}

/** For each axis of the result, where it was before. */
type Axes = readonly [number, number, number, number];

/** Images: ONNX's [B, C, H, W] from this project's [B, H, W, C], and back. */
const CHANNELS_SECOND: Axes = [0, 3, 1, 2];
export const CHANNELS_LAST: Axes = [0, 2, 3, 1];
/** Filters: ONNX's [K, C, h, w] from [h, w, C, K]. */
const FILTERS_FIRST: Axes = [3, 2, 0, 1];

/** Primitives of images alone, and ONNX's operators. */
const OPERATORS: Readonly<Record<string, string>> = { relu: 'Relu', sub: 'Sub' };

/**
 * Translates a graph of conv2d, relu and sub of images, with the values of its variables.
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
  readonly inputs: OnnxConstant[] = [];
  readonly constants: OnnxConstant[] = [];
  readonly nodes: OnnxNode[] = [];
  private readonly feeds: Timed['feeds'];
  private readonly names = new Map<Tensor, string>();

  constructor(feeds: Timed['feeds']) {
    this.feeds = feeds;
  }

  /** The name of an image, which is translated unless it has been. */
  image(tensor: Tensor): string {
    const { origin } = tensor;
    const name =
      this.names.get(tensor) ??
      (origin.kind === 'operation' ? this.node(origin.operation) : this.fed(tensor, origin.name));
    this.names.set(tensor, name);
    return name;
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

/** Numbers the value, adds it to the list, and returns its name. */
function keep(list: OnnxConstant[], name: string, value: Omit<OnnxConstant, 'name'>): string {
  list.push({ name: `${name}${list.length}`, ...value });
  return list.at(-1)!.name;
}

function laidOut(data: Data, shape: Shape, axes: Axes): Omit<OnnxConstant, 'name'> {
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
