import type { Dtype } from '../elementType.ts';
import { mention, type Tensor } from '../tensor.ts';
import { BackendError } from './backendError.ts';

/** Throws BackendError, with the remedy, if a tensor is to be stored as what there is not here. */
export type Storing = (tensor: Tensor) => void;

const ELSEWHERE = 'the reference backend, or a GPU with shader-f16 in mode webgpu';

/** What checks whether a tensor is of a type that a backend of this name stores; `elsewhere` others can be had. */
export function storing(backend: string, types: readonly Dtype[], elsewhere = ELSEWHERE): Storing {
  return (tensor) => {
    if (types.includes(tensor.dtype)) return;
    throw new BackendError(
      `${mention(tensor)} is ${tensor.dtype}, and ${backend} stores ${types.join(' and ')} alone: make it float32, or take ${elsewhere}`,
    );
  };
}
