import { xavierUniform } from '@nlrn/autograd';
import { conv2d, type Data, type Shape, sizeOf, type Tensor, type Variable, variable } from '@nlrn/tensor';

/** Draws numbers in [0, 1). */
export type Uniform = () => number;

/** The values of a variable: `drawn()`, which is not made unless it is called, or others, as from a file. */
export type Values = (name: string, shape: Shape, drawn: () => Data) => Data;

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
  private readonly values: Values;

  constructor(uniform: Uniform, values: Values = (_name, _shape, drawn) => drawn()) {
    this.uniform = uniform;
    this.values = values;
  }

  /** Filters and bias: Xavier filters, zeros, or those that another convolution starts with; zero bias. */
  conv(
    name: string,
    shape: readonly [number, number, number, number],
    start: 'xavier' | 'zero' | Conv = 'xavier',
  ): Conv {
    return {
      weight: this.keep(this.create(`${name}.weight`, shape, () => this.initial(shape, start))),
      bias: this.constant(`${name}.bias`, [shape[3]], 0),
    };
  }

  private initial(shape: Shape, start: 'xavier' | 'zero' | Conv): Data {
    if (start === 'zero') return filled(shape, 0);
    return start === 'xavier' ? xavierUniform(shape, this.uniform) : start.weight.initial.slice();
  }

  /** A trainable variable with the same number everywhere. */
  constant(name: string, shape: Shape, value: number): Variable {
    return this.keep(this.create(name, shape, () => filled(shape, value)));
  }

  statistic(name: string, shape: Shape, value: number): Variable {
    const created = this.create(name, shape, () => filled(shape, value));
    this.statistics.push(created);
    return created;
  }

  private create(name: string, shape: Shape, drawn: () => Data): Variable {
    return variable(name, shape, this.values(name, shape, drawn));
  }

  private keep(created: Variable): Variable {
    this.trainable.push(created);
    return created;
  }
}

function filled(shape: Shape, value: number): Data {
  return new Float32Array(sizeOf(shape)).fill(value);
}

/** Convolution that keeps the image's size: zero padding of half the filter. */
export function applyConv(x: Tensor, { weight, bias }: Conv): Tensor {
  const [height, width] = weight.shape as [number, number, number, number];
  return conv2d(x, weight, { padding: [(height - 1) / 2, (width - 1) / 2], bias });
}
