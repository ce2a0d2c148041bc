import type { Expressions } from '../expressions/expression.ts';
import type { Params, Primitive, Tensor } from '../tensor.ts';

/** An instruction before memory is planned: it still speaks of tensors, not of places. */
export interface Step {
  readonly name: string;
  readonly params: Params;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  /** The primitive's definition, if it is no routine of the backends. */
  readonly define?: Primitive['expressions'];
  /** How the outputs are computed from the inputs, by that definition. */
  readonly expressions?: Expressions;
  /** What it applies to what, where several operations have become this step. */
  readonly applied?: Applied<Tensor>;
  readonly inPlace: NonNullable<Primitive['inPlace']>;
  readonly optional: NonNullable<Primitive['optional']>;
  /** The reference backend's kernel, of a primitive that is not the library's. */
  readonly kernel?: Primitive['kernel'];
}

/** An operation, and what it is applied to: values, or other operations that are done in one with it. */
export interface Applied<V> {
  readonly output?: V;
  /** What the output was named, if it was */
  readonly result?: string;
  readonly name: string;
  readonly params: Params;
  readonly inputs: readonly (Applied<V> | V)[];
}

/** The new value of a variable. */
export interface Update<V> {
  readonly variable: V;
  readonly value: Tensor;
}

/** A step that copies one tensor's elements into the memory of another. */
export function copyStep(from: Tensor, to: Tensor): Step {
  return { name: 'copy', params: {}, inputs: [from], outputs: [to], inPlace: [], optional: [] };
}

/** Parameters as JSON, with text for the numbers that JSON would mix up: infinities, NaN and -0. */
export function formatParam(value: unknown): string {
  return JSON.stringify(value, (_, part) => {
    if (Object.is(part, -0)) return '-0';
    return typeof part === 'number' && !Number.isFinite(part) ? `${part}` : part;
  });
}

/** A number as text: `0.5`, `-Infinity`, `-0`. */
export function formatNumber(value: unknown): string {
  return formatParam(value).replaceAll('"', '');
}

/** `padding=[1,1]`, …: a primitive's parameters as text, without those that go without saying. */
export function formatParams(params: Params, usual: Params = {}): string[] {
  const texts = Object.entries(params).map(([key, value]) => [key, formatParam(value)] as const);
  const told = texts.filter(([key, text]) => !(key in usual) || text !== formatParam(usual[key]));
  return told.map(([key, text]) => `${key}=${text}`);
}
