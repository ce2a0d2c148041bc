import type { PrimitiveName } from '../primitives/index.ts';
import type { Params, Primitive, Tensor } from '../tensor.ts';

/** An instruction before memory is planned: it still speaks of tensors, not of places. */
export interface Step {
  readonly name: PrimitiveName | 'copy';
  readonly params: Params;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly inPlace: NonNullable<Primitive['inPlace']>;
  readonly optional: NonNullable<Primitive['optional']>;
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
