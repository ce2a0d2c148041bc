import type { Operation, Tensor } from '../tensor.ts';
import type { Step } from './step.ts';

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

/** Finds for each tensor the one in whose memory it lies: for a reshape what it reshapes, since both have the same elements. */
export class Sharing {
  private readonly representative = new Map<Tensor, Tensor>();
  private readonly operations = new Set<Operation>();

  /** `tensors` in order of creation. */
  constructor(tensors: readonly Tensor[]) {
    for (const tensor of tensors) {
      if (tensor.origin.kind !== 'operation') continue;
      const { operation } = tensor.origin;
      if (operation.primitive.name === 'reshape') {
        this.representative.set(tensor, this.find(operation.inputs[0]!));
      } else {
        this.operations.add(operation);
      }
    }
  }

  /** The tensor whose elements this one has. */
  find(tensor: Tensor): Tensor {
    return this.representative.get(tensor) ?? tensor;
  }

  /** One step for each operation that stands for itself, in order of creation. */
  steps(): Step[] {
    return [...this.operations].map(({ primitive, params, inputs, outputs }) => ({
      name: primitive.name,
      define: primitive.expressions,
      ...(primitive.kernel && { kernel: primitive.kernel }),
      params,
      inputs,
      outputs,
      inPlace: primitive.inPlace ?? [],
      optional: primitive.optional ?? [],
    }));
  }
}
