import type { ElementType } from '../elementType.ts';
import type { Expressions } from '../expressions/expression.ts';
import type { Shape } from '../shape.ts';
import type { Params, Primitive, Tensor, Variable } from '../tensor.ts';
import type { Applied } from './step.ts';

/** Where a value lives while a program runs; offsets count bytes. */
export type Storage =
  | { readonly kind: 'variable'; readonly variable: Variable }
  | { readonly kind: 'arena'; readonly offset: number }
  /** Nobody reads this value, and its kernel can leave it out. */
  | { readonly kind: 'none' };

/** A value of the running program: the tensor it stands for, how its elements are stored, and where. */
export interface Value {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: ElementType;
  readonly storage: Storage;
}

/** One kernel to run. `scratch` are pieces of memory for it alone. */
export interface Instruction {
  /** A primitive's, or `copy` */
  readonly name: string;
  readonly params: Params;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  /** How the outputs are computed from the inputs, if it is no routine of the backends. */
  readonly expressions?: Expressions;
  /** What it applies to what, where several operations have become one. */
  readonly applied?: Applied<Value>;
  /** The reference backend's kernel, of a primitive that is not the library's. */
  readonly kernel?: Primitive['kernel'];
  readonly scratch: readonly { readonly offset: number; readonly bytes: number }[];
}

/**
 * A graph as a flat list of instructions with every address decided: the whole of what a backend runs.
 *
 * All values that do not outlive a run share one arena of `peak` bytes.
 */
export interface Program {
  readonly inputs: readonly Value[];
  readonly outputs: Readonly<Record<string, Value>>;
  readonly variables: readonly Variable[];
  readonly instructions: readonly Instruction[];
  readonly peak: number;
  /** What float32 is stored as */
  readonly elementType: ElementType;
}

/** Tensors to read back, by name. */
export type Outputs = Readonly<Record<string, Tensor>>;

/** What to compute: tensors to read back by name, and new values for variables. */
export interface Graph<O extends Outputs = Outputs> {
  readonly outputs: O;
  readonly updates?: ReadonlyMap<Variable, Tensor>;
}
