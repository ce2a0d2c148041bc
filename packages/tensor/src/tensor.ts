import { type Data, type Dtype, expectDtype, type Stored } from './elementType.ts';
import type { Expression, Source } from './expressions/expression.ts';
import { nameOf } from './names.ts';
import { formatTensor } from './program/formatTensor.ts';
import { expect, formatShape, type Shape, ShapeError, sizeOf } from './shape.ts';

/** Parameters of a primitive: plain data, so that a program can be printed and compared. With others equal operations are computed twice. */
export type Params = Readonly<Record<string, unknown>>;

/** As many as a tuple of shapes has, of another type: `Each<[Shape, Shape?], Tensor>` is `[Tensor, Tensor?]`. */
export type Each<Shapes extends readonly unknown[], T> = { readonly [I in keyof Shapes]: T };

/** Shapes of inputs. A tuple says how many there are and which can be left out, a list that there may be any number. */
export type InputShapes = readonly (Shape | undefined)[];

/**
 * What the library knows of a primitive operation, without any backend: its name, how many inputs and outputs it has, and
 * its parameters. Kernels and gradient rules are typed by it: a rule of `mul` is given two tensors and returns two.
 */
export interface Primitive<
  Name extends string = string,
  In extends InputShapes = readonly Shape[],
  Out extends readonly Shape[] = readonly Shape[],
  P extends Params = Params,
> {
  readonly name: Name;
  /** The shapes of the outputs; throws a `ShapeError` if the inputs or parameters do not fit. */
  shapes(inputs: In, params: P): Out;
  /** What the outputs are stored as; float32 unless it says otherwise. */
  dtype?(inputs: readonly Dtype[], params: P): Dtype;
  /** Pairs [output, input]: that output may be written over that input, if nobody reads it later. */
  readonly inPlace?: readonly (readonly [number, number])[];
  /** Of a primitive that computes nothing, and that no backend meets: the input whose values each output has. */
  readonly sameAs?: readonly number[];
  /** Values that go without saying: a printed program leaves these parameters out. */
  readonly usual?: Params;
  /** Outputs that a kernel can leave out when nobody reads them. */
  readonly optional?: readonly number[];
  /** How each output is computed, of a primitive for which the backends have no kernel. */
  expressions?(inputs: Each<In, Source>, params: P): Each<Out, Expression>;
  /**
   * Computes the outputs on the reference backend, of a primitive that is not the library's and has no expressions. They are zeros at
   * first, but for one that lies over an input (`inPlace`), and have no elements where they are `optional` and nobody reads them.
   */
  kernel?(inputs: Each<In, Stored>, outputs: Each<Out, Stored>, params: P): void;
}

/** Where a tensor comes from: an operation, an argument of the program, or a persistent variable. */
export type Origin =
  | { readonly kind: 'operation'; readonly operation: Operation }
  | { readonly kind: 'input'; readonly name: string }
  | { readonly kind: 'variable'; readonly name: string };

/** One application of a primitive: a node of the graph, with one tensor for each output. */
export interface Operation {
  readonly primitive: Primitive;
  readonly inputs: readonly Tensor[];
  readonly params: Params;
  readonly outputs: readonly Tensor[];
}

let created = 0;

/**
 * An immutable formula: nothing is computed until a program that contains it runs.
 *
 * `id` grows in order of creation, so sorting by it puts every tensor behind those it is made of.
 */
export class Tensor {
  readonly id: number;
  readonly shape: Shape;
  readonly dtype: Dtype;
  readonly origin: Origin;

  constructor(shape: Shape, origin: Origin, dtype: Dtype = 'float32') {
    this.id = created++;
    this.shape = Object.freeze([...shape]);
    this.dtype = dtype;
    this.origin = origin;
  }

  /** The formula, as `formatTensor` writes it. */
  toString(): string {
    return formatTensor(this);
  }
}

/** A tensor that keeps its value from run to run; programs change it through their `updates`. */
export class Variable extends Tensor {
  readonly name: string;
  /** The value that a backend starts with. */
  readonly initial: Data;

  constructor(name: string, shape: Shape, initial: Data, dtype?: Dtype) {
    super(shape, { kind: 'variable', name }, dtype);
    this.name = name;
    this.initial = initial;
  }
}

/** How the elements are stored, if not as float32. */
interface StoredAs {
  readonly dtype?: Dtype;
}

/** A tensor that is given anew at each run, under this name. */
export function input(name: string, shape: Shape, { dtype = 'float32' }: StoredAs = {}): Tensor {
  checkSizes('input', shape, `${name} is`);
  expectDtype('input', `${name} is`, dtype);
  return new Tensor(shape, { kind: 'input', name }, dtype);
}

/** A persistent tensor with an initial value: all zeros unless given. The value is copied as it is now. */
export function variable(
  name: string,
  shape: Shape,
  initial?: Data | readonly number[],
  { dtype = 'float32' }: StoredAs = {},
): Variable {
  checkSizes('variable', shape, `${name} is`);
  expectDtype('variable', `${name} is`, dtype);
  const data = initial ? copyOf(initial) : new Float32Array(sizeOf(shape));
  expect(
    data.length === sizeOf(shape),
    'variable',
    `${name} ${formatShape(shape)} holds ${sizeOf(shape)} numbers, was given ${data.length}`,
  );
  return new Variable(name, shape, data, dtype);
}

function copyOf(value: Data | readonly number[]): Data {
  const isTyped = value instanceof Float32Array || value instanceof Float64Array;
  return isTyped ? value.slice() : Float64Array.from(value);
}

/** Applies a primitive: checks the shapes at once and returns its outputs as new tensors. Lists and parameters are copied as they are now. */
export function apply<In extends InputShapes, Out extends readonly Shape[], P extends Params>(
  primitive: Primitive<string, In, Out, P>,
  inputs: Each<In, Tensor>,
  params: P,
): Each<Out, Tensor> {
  // TypeScript does not follow a tuple's length through `map`.
  return applyAny(primitive as unknown as Primitive, inputs as readonly Tensor[], params) as Each<
    Out,
    Tensor
  >;
}

/** As `apply`, for a primitive of which nothing is known beforehand. */
export function applyAny(primitive: Primitive, inputs: readonly Tensor[], params: Params): readonly Tensor[] {
  const outputs: Tensor[] = [];
  const kept = copyInDepth(params) as Params;
  const operation: Operation = { primitive, inputs: [...inputs], params: kept, outputs };
  for (const [i, shape] of shapesOf(primitive, inputs, kept).entries()) {
    checkSizes(primitive.name, shape, 'the result would be');
    outputs.push(new Tensor(shape, { kind: 'operation', operation }, dtypeOf(operation, i)));
  }
  return outputs;
}

/** Lists and plain objects as new ones, so that nobody changes a formula with theirs; anything else as it is. */
function copyInDepth(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyInDepth);
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, own]) => [key, copyInDepth(own)]));
}

export function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** What an operation's output number i is stored as. */
function dtypeOf({ primitive, inputs, params }: Operation, i: number): Dtype | undefined {
  const same = primitive.sameAs?.[i];
  if (same !== undefined) return inputs[same]!.dtype;
  return primitive.dtype?.(
    inputs.map(({ dtype }) => dtype),
    params,
  );
}

/** The shapes of an operation's outputs; an error says which tensors it was given, by their names. */
function shapesOf(primitive: Primitive, inputs: readonly Tensor[], params: Params): readonly Shape[] {
  try {
    return primitive.shapes(
      inputs.map((tensor) => tensor.shape),
      params,
    );
  } catch (error) {
    const isNamed = inputs.some((tensor) => nameOf(tensor) !== undefined);
    if (!(error instanceof ShapeError) || !isNamed) throw error;
    throw new ShapeError(
      error.operation,
      `${error.problem}, in ${primitive.name}(${inputs.map(mention).join(', ')})`,
    );
  }
}

/** A tensor in a message: its name, or what it is made by. */
export function mention(tensor: Tensor): string {
  const { origin } = tensor;
  return (
    nameOf(tensor) ?? (origin.kind === 'operation' ? `${origin.operation.primitive.name}(…)` : origin.name)
  );
}

/** As `apply`, for a primitive with one output. */
export function apply1<In extends InputShapes, P extends Params>(
  primitive: Primitive<string, In, readonly [Shape], P>,
  inputs: Each<In, Tensor>,
  params: P,
): Tensor {
  const [y] = apply(primitive, inputs, params);
  return y;
}

function checkSizes(operation: string, shape: Shape, subject: string): void {
  expect(
    shape.every((n) => Number.isInteger(n) && n >= 1),
    operation,
    `every axis must have a size of at least 1, ${subject} ${formatShape(shape)}`,
  );
}
