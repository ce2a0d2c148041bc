import type { PrimitiveName } from '../primitives/index.ts';
import { formatShape } from '../shape.ts';
import type { Operation, Tensor } from '../tensor.ts';
import { formatParam, type Step } from './step.ts';

/** Every tensor that the roots are made of, in order of creation: inputs stand before their users. */
export function reachable(roots: readonly Tensor[]): Tensor[] {
  const seen = new Set<Tensor>();
  const pending = [...roots];
  for (let tensor = pending.pop(); tensor; tensor = pending.pop()) {
    if (seen.has(tensor)) continue;
    seen.add(tensor);
    if (tensor.origin.kind === 'operation') {
      // All outputs of an operation are listed, also those that nobody asked for.
      pending.push(...tensor.origin.operation.inputs, ...tensor.origin.operation.outputs);
    }
  }
  return [...seen].sort((a, b) => a.id - b.id);
}

/**
 * Finds for each tensor the one that stands for it: the first of equal operations on equal inputs
 * (common subexpressions), and for a reshape what it reshapes, since both have the same elements.
 */
export class Sharing {
  private readonly representative = new Map<Tensor, Tensor>();
  private readonly operations = new Set<Operation>();

  /** `tensors` in order of creation. */
  constructor(tensors: readonly Tensor[]) {
    const known = new Map<string, Operation>();
    for (const tensor of tensors) {
      if (tensor.origin.kind !== 'operation') continue;
      const { operation } = tensor.origin;
      if (operation.primitive.name === 'reshape') {
        this.representative.set(tensor, this.find(operation.inputs[0]!));
        continue;
      }
      const key = this.keyOf(operation);
      const first = known.get(key) ?? operation;
      known.set(key, first);
      this.operations.add(first);
      this.representative.set(tensor, first.outputs[operation.outputs.indexOf(tensor)]!);
    }
  }

  /** The tensor whose elements this one has. */
  find(tensor: Tensor): Tensor {
    return this.representative.get(tensor) ?? tensor;
  }

  /** One step for each operation that stands for itself, in order of creation. */
  steps(): Step[] {
    return [...this.operations].map(({ primitive, params, inputs, outputs }) => ({
      name: primitive.name as PrimitiveName,
      params,
      inputs,
      outputs,
      inPlace: primitive.inPlace ?? [],
      optional: primitive.optional ?? [],
    }));
  }

  private keyOf({ primitive, inputs, params }: Operation): string {
    const given = inputs.map((tensor) => `${this.find(tensor).id}${formatShape(tensor.shape)}`);
    return `${primitive.name}(${given})${formatParam(params)}`;
  }
}
