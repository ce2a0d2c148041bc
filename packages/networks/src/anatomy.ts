import { parameterCount } from '@nlrn/nn';
import { input, sizeOf, type Tensor, Variable } from '@nlrn/tensor';
import { createNetwork, type NetworkConfig } from './catalogue.ts';

/** What Table 3 says of a network, read off its graph. */
export interface Anatomy {
  /** Convolutions one after the other on the longest way from image to image */
  readonly depth: number;
  /** Whether a convolution's filters serve more than one convolution */
  readonly isSharing: boolean;
  /** Numbers in the filters, as papers count them; of a network whose filters are made of others, all its parameters */
  readonly weights: number;
  /** All that is trained: with biases, normalisations, activations */
  readonly parameters: number;
}

/** Side of the image on which a network is looked at: nothing is computed. */
const SIDE = 16;

/** The anatomy of a network of that configuration, of which no value is drawn. */
export function anatomyOf(config: NetworkConfig): Anatomy {
  const network = createNetwork(
    config,
    () => 0,
    (_name, shape) => new Float32Array(sizeOf(shape)),
  );
  const level = network.takesLevel ? input('level', [1, 1, 1, 1]) : undefined;
  const { output } = network.forward(input('image', [1, SIDE, SIDE, 1]), 'infer', level);
  const filters = network.params.filter(({ name }) => name.endsWith('.weight'));
  return {
    depth: depthOf(output, new Map()),
    isSharing: usesOf(output).some((count) => count > 1),
    weights: countOf(filters.length > 0 ? filters : network.params),
    parameters: parameterCount(network),
  };
}

function countOf(variables: readonly Variable[]): number {
  return variables.reduce((sum, { initial }) => sum + initial.length, 0);
}

/** The most convolutions on a way from the image; -1 for what does not depend on it. */
function depthOf(tensor: Tensor, known: Map<Tensor, number>): number {
  const before = known.get(tensor);
  if (before !== undefined) return before;
  const { origin } = tensor;
  let depth = origin.kind === 'input' ? 0 : -1;
  if (origin.kind === 'operation') {
    const { inputs } = origin.operation;
    depth = Math.max(-1, ...inputs.map((x) => depthOf(x, known)));
    if (depth >= 0 && isConvolution(tensor)) depth++;
  }
  known.set(tensor, depth);
  return depth;
}

function isConvolution({ origin }: Tensor): boolean {
  return origin.kind === 'operation' && origin.operation.primitive.name === 'conv2d';
}

/** For each variable that is a convolution's filters, turned or as it is, by how many convolutions it is used. */
function usesOf(output: Tensor): number[] {
  const tensors = new Set([output]);
  const uses = new Map<Variable, number>();
  for (const tensor of tensors) {
    if (tensor.origin.kind !== 'operation') continue;
    const { inputs } = tensor.origin.operation;
    for (const x of inputs) tensors.add(x);
    const filters = isConvolution(tensor) ? variableBehind(inputs[1]!) : undefined;
    if (filters) uses.set(filters, (uses.get(filters) ?? 0) + 1);
  }
  return [...uses.values()];
}

/** The variable of which a tensor is another view. */
function variableBehind(tensor: Tensor): Variable | undefined {
  if (tensor instanceof Variable) return tensor;
  const { origin } = tensor;
  return origin.kind === 'operation' && origin.operation.inputs.length === 1
    ? variableBehind(origin.operation.inputs[0]!)
    : undefined;
}
