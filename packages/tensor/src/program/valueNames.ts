import { nameOf } from '../names.ts';
import type { Tensor } from '../tensor.ts';
import type { Sharing } from './sharing.ts';

/**
 * What values are called in a program: inputs and variables by their own names, others by the first name that one of the
 * tensors was given which the value stands for, and the rest `%0`, `%1`, … in the order in which they are asked for.
 *
 * The second value of one name is called `s#2`. `tensors` come in order of creation.
 */
export class ValueNames {
  private readonly names = new Map<Tensor, string>();
  private readonly taken = new Set<string>();
  private unnamed = 0;

  constructor(tensors: readonly Tensor[], sharing: Sharing) {
    const isGiven = ({ origin }: Tensor) => origin.kind !== 'operation';
    for (const tensor of tensors.filter(isGiven)) this.take(tensor, nameOf(tensor));
    for (const tensor of tensors) this.take(sharing.find(tensor), nameOf(tensor));
  }

  /** The name of a value, by the tensor that represents it. */
  of(tensor: Tensor): string {
    const name = this.names.get(tensor) ?? nameOf(tensor) ?? `%${this.unnamed++}`;
    this.names.set(tensor, name);
    return name;
  }

  /** The name that was given to a value, if any was. */
  given(tensor: Tensor): string | undefined {
    return this.names.get(tensor);
  }

  private take(represented: Tensor, name: string | undefined): void {
    if (name === undefined || this.names.has(represented)) return;
    let own = name;
    for (let n = 2; this.taken.has(own); n++) own = `${name}#${n}`;
    this.taken.add(own);
    this.names.set(represented, own);
  }
}
