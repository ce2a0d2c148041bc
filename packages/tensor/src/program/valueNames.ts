import { nameOf, takeName } from '../names.ts';
import { expect, formatShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import type { Sharing } from './sharing.ts';

/**
 * What values are called in a program: inputs by their own names, then variables by theirs, then others by the first name that one of the
 * tensors was given which the value stands for, and the rest `%0`, `%1`, … in the order in which they are asked for.
 *
 * The second value of one name is called `s#2`. `tensors` come in order of creation. Throws `ShapeError` if two inputs have
 * one name, by which neither could be fed.
 */
export class ValueNames {
  private readonly names = new Map<Tensor, string>();
  private readonly taken = new Set<string>();
  private unnamed = 0;

  constructor(tensors: readonly Tensor[], sharing: Sharing) {
    const of = (kind: Tensor['origin']['kind']) => tensors.filter(({ origin }) => origin.kind === kind);
    checkInputs(of('input'));
    for (const tensor of [...of('input'), ...of('variable')]) this.take(tensor, nameOf(tensor));
    for (const tensor of tensors) this.take(sharing.find(tensor), nameOf(tensor));
  }

  /** The name of a value, by the tensor that represents it. */
  of(tensor: Tensor): string {
    const name = this.names.get(tensor) ?? nameOf(tensor) ?? takeName(`%${this.unnamed++}`, this.taken);
    this.names.set(tensor, name);
    return name;
  }

  /** The name that was given to a value, if any was. */
  given(tensor: Tensor): string | undefined {
    return this.names.get(tensor);
  }

  private take(represented: Tensor, name: string | undefined): void {
    if (name === undefined || this.names.has(represented)) return;
    this.names.set(represented, takeName(name, this.taken));
  }
}

function checkInputs(inputs: readonly Tensor[]): void {
  const known = new Map<string | undefined, Tensor>();
  for (const tensor of inputs) {
    const name = nameOf(tensor);
    const other = known.get(name) ?? tensor;
    expect(
      other === tensor,
      'compile',
      `two inputs are named ${name}, ${formatShape(other.shape)} and ${formatShape(tensor.shape)}: rename one`,
    );
    known.set(name, tensor);
  }
}
