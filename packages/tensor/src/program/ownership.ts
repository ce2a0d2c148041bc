import { sizeOf } from '../shape.ts';
import { Tensor, Variable } from '../tensor.ts';
import type { MemoryBlock } from './memoryPlan.ts';
import type { Sharing } from './sharing.ts';
import { copyStep, type Step, type Update } from './step.ts';

/**
 * Decides which tensors share one piece of memory.
 *
 * A tensor's root is the tensor whose memory it uses: itself, an input that it is written over
 * (`inPlace`), or the variable whose new value it is. Steps are counted from 0; a tensor that is
 * read after the last step, as an output or by a copy, is read at step `end`.
 */
export class Ownership {
  /** Copies into the variables that could not be written directly; they run after all steps. */
  readonly copies: Step[] = [];
  private readonly roots = new Map<Tensor, Tensor>();
  private readonly madeAt = new Map<Tensor, number>();
  private readonly lastRead = new Map<Tensor, number>();
  private readonly staged: Tensor[] = [];
  private readonly sharing: Sharing;
  private readonly steps: readonly Step[];
  private readonly end: number;

  constructor(
    sharing: Sharing,
    steps: readonly Step[],
    outputs: readonly Tensor[],
    updates: readonly Update<Variable>[],
  ) {
    this.sharing = sharing;
    this.steps = steps;
    this.end = steps.length;
    steps.forEach((step, at) => {
      for (const tensor of step.inputs) this.lastRead.set(sharing.find(tensor), at);
      for (const tensor of step.outputs) this.madeAt.set(tensor, at);
    });
    const notMadeHere = updates.filter(({ value }) => !this.madeAt.has(value)).map(({ value }) => value);
    for (const tensor of [...outputs, ...notMadeHere]) this.lastRead.set(tensor, this.end);
    this.copyInto(updates.filter((update) => !this.takeOverVariable(update)));
    this.takeOverInputs();
  }

  /** The tensor whose memory this one uses. */
  root(tensor: Tensor): Tensor {
    const represented = this.sharing.find(tensor);
    const next = this.roots.get(represented);
    return next ? this.root(next) : represented;
  }

  /** A block of memory for every root that is not a variable, as large as `bytesOf` says, with the span of its life. */
  blocks(inputs: readonly Tensor[], bytesOf: (tensor: Tensor) => number): Map<Tensor, MemoryBlock> {
    const needed = this.steps.flatMap((step) =>
      step.outputs.filter((output, o) => !this.roots.has(output) && !this.isLeftOut(step, o)),
    );
    const span = (tensor: Tensor): MemoryBlock => {
      const from = this.madeAt.get(tensor) ?? 0;
      // Copies run after the last step, so what lives to the end must outlive all of them.
      const last = this.lastRead.get(tensor) ?? from;
      const to = last === this.end ? this.end + this.copies.length : Math.max(from, last);
      return { bytes: bytesOf(tensor), from, to, offset: 0 };
    };
    return new Map([...inputs, ...needed, ...this.staged].map((tensor) => [tensor, span(tensor)]));
  }

  /** Lets a new value be written straight into its variable, if the old value is no longer needed then. */
  private takeOverVariable({ variable, value }: Update<Variable>): boolean {
    const at = this.madeAt.get(value);
    const read = this.lastRead.get(variable) ?? -1;
    const free = at !== undefined && !this.roots.has(value);
    if (!free || read > at || (read === at && !this.overwrites(this.steps[at]!, value, variable)))
      return false;
    this.roots.set(value, variable);
    return true;
  }

  /** Can `step` write `value` over `variable`, which it reads itself? */
  private overwrites(step: Step, value: Tensor, variable: Variable): boolean {
    return step.inPlace.some(
      ([o, i]) =>
        step.outputs[o] === value &&
        step.inputs[i] !== undefined &&
        this.root(step.inputs[i]) === variable &&
        !this.isReadTwice(step, i),
    );
  }

  /** Values that come from other variables are staged first, so that two variables can be exchanged. */
  private copyInto(updates: readonly Update<Variable>[]): void {
    const sources = updates.map(({ value }) => {
      this.lastRead.set(value, this.end);
      if (!(value instanceof Variable)) return value;
      const stage = new Tensor(value.shape, { kind: 'input', name: `old ${value.name}` }, value.dtype);
      this.staged.push(stage);
      this.madeAt.set(stage, this.end);
      this.lastRead.set(stage, this.end);
      this.copies.push(copyStep(value, stage));
      return stage;
    });
    this.copies.push(...updates.map(({ variable }, i) => copyStep(sources[i]!, variable)));
  }

  /** Lets outputs be written over inputs that are read for the last time. */
  private takeOverInputs(): void {
    this.steps.forEach((step, at) => {
      for (const [o, i] of step.inPlace) {
        const output = step.outputs[o]!;
        if (step.inputs[i] === undefined || this.roots.has(output) || this.isLeftOut(step, o)) continue;
        const root = this.root(step.inputs[i]);
        const dies = this.lastRead.get(root) === at && !this.isReadTwice(step, i);
        const taken = step.outputs.some((other) => other !== output && this.roots.get(other) === root);
        const fits = root.dtype === output.dtype && sizeOf(root.shape) === sizeOf(output.shape);
        if (root instanceof Variable || !dies || taken || !fits) continue;
        this.roots.set(output, root);
        this.lastRead.set(root, Math.max(at, this.lastRead.get(output) ?? at));
      }
    });
  }

  /** Does a step read the memory of its input `i` through another input, too? */
  private isReadTwice(step: Step, i: number): boolean {
    const root = this.root(step.inputs[i]!);
    return step.inputs.some((other, j) => j !== i && this.root(other) === root);
  }

  /** Is this output read by nobody, and no variable's new value, so that its kernel need not make it? */
  isLeftOut(step: Step, o: number): boolean {
    const output = step.outputs[o]!;
    return step.optional.includes(o) && !this.lastRead.has(output) && !this.roots.has(output);
  }
}
