import { xavierUniform } from '@nlrn/autograd';
import { conv2d, type Data, type Shape, sizeOf, type Tensor, type Variable, variable } from '@nlrn/tensor';

/** Draws numbers in [0, 1). */
export type Uniform = () => number;

/** A convolution's filters [h, w, C, K] and bias [K]. */
export interface Conv {
  readonly weight: Variable;
  readonly bias: Variable;
}

/** Creates a network's variables under their names, in the order in which they are stored. */
export class Parameters {
  /** What training changes by gradients. */
  readonly trainable: Variable[] = [];
  /** What training measures: running means and variances. */
  readonly statistics: Variable[] = [];
  private readonly uniform: Uniform;

  constructor(uniform: Uniform) {
    this.uniform = uniform;
  }

  /** Filters and bias: Xavier filters, zeros, or those that another convolution starts with; zero bias. */
  conv(
    name: string,
    shape: readonly [number, number, number, number],
    start: 'xavier' | 'zero' | Conv = 'xavier',
  ): Conv {
    const initial = this.initial(shape, start);
    return {
      weight: this.keep(variable(`${name}.weight`, shape, initial)),
      bias: this.keep(variable(`${name}.bias`, [shape[3]])),
    };
  }

  private initial(shape: Shape, start: 'xavier' | 'zero' | Conv): Data | undefined {
    if (start === 'zero') return undefined;
    return start === 'xavier' ? xavierUniform(shape, this.uniform) : start.weight.initial.slice();
  }

  /** A trainable variable with the same number everywhere. */
  constant(name: string, shape: Shape, value: number): Variable {
    return this.keep(filled(name, shape, value));
  }

  statistic(name: string, shape: Shape, value: number): Variable {
    const created = filled(name, shape, value);
    this.statistics.push(created);
    return created;
  }

  private keep(created: Variable): Variable {
    this.trainable.push(created);
    return created;
  }
}

function filled(name: string, shape: Shape, value: number): Variable {
  return variable(name, shape, new Float32Array(sizeOf(shape)).fill(value));
}

/** Convolution that keeps the image's size: zero padding of half the filter. */
export function applyConv(x: Tensor, { weight, bias }: Conv): Tensor {
  const [height, width] = weight.shape as [number, number, number, number];
  return conv2d(x, weight, { padding: [(height - 1) / 2, (width - 1) / 2], bias });
}
