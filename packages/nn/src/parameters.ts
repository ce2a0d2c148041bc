import {
  type Border,
  conv2d,
  convTranspose2d,
  type Data,
  type Shape,
  sizeOf,
  type Tensor,
  type Variable,
  variable,
} from '@nlrn/tensor';
import { nameIsTaken } from './distinctNames.ts';
import { type Uniform, xavierUniform } from './init.ts';

/** The values of a variable: `drawn()`, which is not made unless it is called, or others, as from a file. */
export type Values = (name: string, shape: Shape, drawn: () => Data) => Data;

/** A convolution's filters [h, w, C, K] and bias [K]. */
export interface Conv {
  readonly weight: Variable;
  readonly bias: Variable;
}

/** What a convolution starts with, and whether its bias has an effect. */
export interface ConvOptions {
  /** Xavier filters, zeros, or those that another convolution starts with */
  readonly start?: 'xavier' | 'zero' | Conv;
  /** Whether what follows takes the bias out again exactly: see `trained` */
  readonly biasCancels?: boolean;
}

/** Creates a network's variables under their names, in the order in which they are stored. Throws for a name that another one has. */
export class Parameters {
  /** What papers count and weights files hold. */
  readonly all: Variable[] = [];
  /**
   * What training changes by gradients: all but the biases that cancel, which stay zero.
   *
   * The gradient of such a bias is zero but for rounding, of which Adam, as it divides by the gradient's size, makes
   * steps of full length. They change nothing while batch normalisation subtracts them again, but do as soon as it
   * uses running statistics, and differently for every order of sums.
   */
  readonly trained: Variable[] = [];
  /** What training measures: running means and variances. */
  readonly statistics: Variable[] = [];
  private readonly names = new Set<string>();
  private readonly uniform: Uniform;
  private readonly values: Values;

  constructor(uniform: Uniform, values: Values = (_name, _shape, drawn) => drawn()) {
    this.uniform = uniform;
    this.values = values;
  }

  /** Filters, and a bias that starts at zero. */
  conv(
    name: string,
    shape: readonly [number, number, number, number],
    { start = 'xavier', biasCancels = false }: ConvOptions = {},
  ): Conv {
    return {
      weight: this.keep(
        this.create(`${name}.weight`, shape, () => this.initial(shape, start)),
        true,
      ),
      bias: this.keep(
        this.create(`${name}.bias`, [shape[3]], () => filled([shape[3]], 0)),
        !biasCancels,
      ),
    };
  }

  /** Filters [h, w, K, C] of a transposed convolution (`convTranspose2d`), and a bias [K] that starts at zero. */
  deconv(name: string, shape: readonly [number, number, number, number]): Conv {
    return {
      weight: this.trainable(`${name}.weight`, shape, () => xavierUniform(shape, this.uniform)),
      bias: this.constant(`${name}.bias`, [shape[2]], 0),
    };
  }

  private initial(shape: Shape, start: NonNullable<ConvOptions['start']>): Data {
    if (start === 'zero') return filled(shape, 0);
    return start === 'xavier' ? xavierUniform(shape, this.uniform) : start.weight.initial.slice();
  }

  /** A trained variable with the same number everywhere. */
  constant(name: string, shape: Shape, value: number): Variable {
    return this.trainable(name, shape, () => filled(shape, value));
  }

  /** A trained variable that starts with what `drawn` makes. */
  trainable(name: string, shape: Shape, drawn: () => Data): Variable {
    return this.keep(this.create(name, shape, drawn), true);
  }

  /** A running statistic, which is no parameter: it begins with this value everywhere. */
  statistic(name: string, shape: Shape, value: number): Variable {
    const created = this.create(name, shape, () => filled(shape, value));
    this.statistics.push(created);
    return created;
  }

  private create(name: string, shape: Shape, drawn: () => Data): Variable {
    if (this.names.has(name)) throw nameIsTaken(name);
    this.names.add(name);
    return variable(name, shape, this.values(name, shape, drawn));
  }

  private keep(created: Variable, isTrained: boolean): Variable {
    this.all.push(created);
    if (isTrained) this.trained.push(created);
    return created;
  }
}

function filled(shape: Shape, value: number): Data {
  return new Float32Array(sizeOf(shape)).fill(value);
}

/** Convolution that keeps the image's size: padding of half the filter, with zeros or as `border` says. */
export function applyConv(x: Tensor, { weight, bias }: Conv, border: Border = 'zeros'): Tensor {
  return conv2d(x, weight, { padding: halfOf(weight), bias, border });
}

/** Transposed convolution with the filters of `deconv` that keeps the image's size. */
export function applyDeconv(x: Tensor, { weight, bias }: Conv): Tensor {
  return convTranspose2d(x, weight, { padding: halfOf(weight), bias });
}

function halfOf({ shape }: Variable): [number, number] {
  const [height, width] = shape as [number, number, number, number];
  return [(height - 1) / 2, (width - 1) / 2];
}
