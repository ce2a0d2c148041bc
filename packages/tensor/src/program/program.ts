import { bytesOf, type ElementType, formatType, storedAs } from '../elementType.ts';
import type { Expressions } from '../expressions/expression.ts';
import { primitives } from '../primitives/index.ts';
import type { Shape } from '../shape.ts';
import type { Params, Primitive, Tensor, Variable } from '../tensor.ts';
import { type Applied, formatNumber, formatParams } from './step.ts';

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

/** The program as text: one instruction a line, with shapes, parameters and the place of each result. */
export function formatProgram(program: Program): string {
  const { inputs, outputs, variables, instructions, elementType } = program;
  const stored = variables.reduce(
    (bytes, { shape, dtype }) => bytes + bytesOf({ shape, dtype: storedAs(dtype, elementType) }),
    0,
  );
  return [
    `program: ${instructions.length} instructions, arena ${formatBytes(program.peak)}, ${variables.length} variables ${formatBytes(stored)}`,
    ...inputs.map((value) => `  input ${typed(value)}`),
    ...variables.map((v) => `  variable ${v.name} ${formatType(v)}`),
    ...instructions.map((instruction) => `  ${formatInstruction(instruction)}`),
    ...Object.entries(outputs).map(([name, value]) => `  output ${name} = ${value.name}`),
    '',
  ].join('\n');
}

/** `%7 [2, 5, 5, 8] @0 = conv2d(x, input.weight) padding=[1,1]`; what is done in one is written as one formula. */
export function formatInstruction(instruction: Instruction): string {
  const results = instruction.outputs.map((value) => `${typed(value)}${place(value.storage)}`).join(', ');
  return `${results} = ${formatCall(instruction)}`;
}

/** `conv2d(x, input.weight) padding=[1,1]` */
export function formatCall({ name, params, inputs, applied }: Instruction): string {
  const given = formatParams(params, usualOf(name)).map((text) => ` ${text}`);
  return `${name}(${(applied?.inputs ?? inputs).map(formatArgument).join(', ')})${given.join('')}`;
}

function formatArgument(argument: Applied<Value> | Value): string {
  if ('storage' in argument) return argument.name;
  const { result, name, inputs, params } = argument;
  if (name === 'full' && (params.shape as Shape).length === 0) return formatNumber(params.value);
  const given = [...inputs.map(formatArgument), ...formatParams(params, usualOf(name))];
  return `${result ? `${result} = ` : ''}${name}(${given.join(', ')})`;
}

/** The parameters that go without saying for a primitive of this name. */
function usualOf(name: string): Params {
  return (primitives as Readonly<Record<string, { readonly usual?: Params }>>)[name]?.usual ?? {};
}

function typed(value: Value): string {
  return `${value.name} ${formatType(value)}`;
}

function place(storage: Storage): string {
  if (storage.kind === 'arena') return ` @${storage.offset}`;
  return storage.kind === 'variable' ? ` -> ${storage.variable.name}` : ' unused';
}

/** `12.3 MB`; 1 MB is 2^20 bytes. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${(bytes / 1024 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}
