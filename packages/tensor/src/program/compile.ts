import { bytesOf, type ElementType, formatType, storedAs } from '../elementType.ts';
import { readsIn } from '../expressions/expression.ts';
import { expect, sameShape } from '../shape.ts';
import { Tensor, Variable } from '../tensor.ts';
import { fuse } from './fuse.ts';
import { type MemoryBlock, placeBlocks, placeBuffers } from './memoryPlan.ts';
import { Ownership } from './ownership.ts';
import type { Graph, Program, Storage, Value } from './program.ts';
import { reachable, Sharing } from './sharing.ts';
import { simplify } from './simplify.ts';
import type { Applied, Step } from './step.ts';
import { ValueNames } from './valueNames.ts';

/** What a backend asks of the plan. */
export interface Target {
  /**
   * `arena`: one memory, in which values lie where there is room, also over a value that is read for the last time.
   * `buffers`: every value has a buffer to itself while it lives, at the buffer's start. An expression may be written
   * over a value that no later one of its step reads; nothing else is written in place, as the kernels of a routine
   * read and write by turns.
   */
  readonly memory: 'arena' | 'buffers';
  /** Throws for a tensor that the backend cannot store */
  readonly storing?: (tensor: Tensor) => void;
  /** What it stores float32 as, if not as that */
  readonly elementType?: ElementType;
  /** The primitives with a kernel of their own, which reads values in memory; by default those that need one. */
  readonly routines?: ReadonlySet<string>;
  /** The most values that a kernel of expressions can read, if not any number. */
  readonly mostInputs?: number;
  /** How many bytes each piece of scratch memory of a step has; an output that nobody reads is not made. */
  scratch(step: Step, isRead: (output: number) => boolean): readonly number[];
}

/**
 * Turns a graph into a program: simplifies it, lists the operations in order of creation, makes reshapes free, joins what
 * can be computed in one, decides what is written in place, and plans the memory.
 *
 * Throws `ShapeError` if an update does not have its variable's shape and dtype, if two inputs have one name, or if an output is
 * the old value of a variable that the program changes, or if a primitive's expressions are none that
 * backends compute, and `BackendError` for a dtype that the backend does not have.
 */
export function compileGraph(given: Graph, target: Target): Program {
  const graph = simplify(given);
  const updated = graph.updates ?? new Map<Variable, Tensor>();
  checkUpdates(updated);
  const results = Object.values(graph.outputs);
  const tensors = reachable([...results, ...updated.values(), ...updated.keys()]);
  for (const tensor of tensors) target.storing?.(tensor);
  const sharing = new Sharing(tensors);
  checkOutputs(graph, sharing, updated);
  const updates = [...updated].map(([variable, value]) => ({ variable, value: sharing.find(value) }));
  const read = results.map((tensor) => sharing.find(tensor));
  const kept = new Set([...read, ...updates.map(({ value }) => value)]);
  const fused = fuse(sharing.steps(), sharing, { kept, ...target });
  const ordered = target.memory === 'arena' ? fused : fused.map(writtenByTurns);
  const ownership = new Ownership(sharing, ordered, read, updates);
  const steps = [...ordered, ...ownership.copies];

  const inputs = tensors.filter((tensor) => tensor.origin.kind === 'input');
  const { elementType = 'float32' } = target;
  const blocks = ownership.blocks(inputs, ({ shape, dtype }) =>
    bytesOf({ shape, dtype: storedAs(dtype, elementType) }),
  );
  const scratch = steps.map((step, at) =>
    target
      .scratch(step, (output) => !ownership.isLeftOut(step, output))
      .map((bytes): MemoryBlock => ({ bytes, from: at, to: at, offset: 0 })),
  );
  const place = target.memory === 'arena' ? placeBlocks : placeBuffers;
  const peak = place([...blocks.values(), ...scratch.flat()]);

  const names = new ValueNames(tensors, sharing);
  const toValue = describe(names, sharing, ownership, blocks, elementType);
  // Instructions first: they number the values that they make.
  const instructions = steps.map(({ name, kernel, params, inputs, outputs, expressions, applied }, at) => ({
    name,
    params,
    inputs: inputs.map(toValue),
    outputs: outputs.map(toValue),
    ...(expressions && { expressions }),
    ...(applied && { applied: ofValues(applied, toValue, names) }),
    ...(kernel && { kernel }),
    scratch: scratch[at]!.map(({ offset, bytes }) => ({ offset, bytes })),
  }));
  const outputs = Object.entries(graph.outputs).map(([name, tensor]) => [name, toValue(tensor)]);
  return {
    inputs: inputs.map(toValue),
    outputs: Object.fromEntries(outputs),
    variables: tensors.filter((tensor) => tensor instanceof Variable),
    instructions,
    peak,
    elementType,
  };
}

/** The step as one whose outputs are written one after the other: over what none of those that follow reads. */
function writtenByTurns(step: Step): Step {
  const { expressions = [], inPlace } = step;
  const isReadAfter = (output: number, input: number) =>
    expressions.slice(output + 1).some((later) => readsIn(later).some((read) => read.input === input));
  const pairs = expressions.length > 0 ? inPlace : [];
  return { ...step, inPlace: pairs.filter(([output, input]) => !isReadAfter(output, input)) };
}

function ofValues(
  applied: Applied<Tensor>,
  toValue: (tensor: Tensor) => Value,
  names: ValueNames,
): Applied<Value> {
  const { output, ...rest } = applied;
  const inputs = applied.inputs.map((x) => (x instanceof Tensor ? toValue(x) : ofValues(x, toValue, names)));
  const result = output && names.given(output);
  return { ...rest, inputs, ...(result !== undefined && { result }) };
}

function checkUpdates(updates: ReadonlyMap<Variable, Tensor>): void {
  for (const [variable, value] of updates) {
    const remedy = variable.dtype === value.dtype ? '' : `: cast it to ${variable.dtype}`;
    expect(
      sameShape(variable.shape, value.shape) && variable.dtype === value.dtype,
      'compile',
      `${variable.name} ${formatType(variable)} cannot become ${formatType(value)}${remedy}`,
    );
  }
}

function checkOutputs({ outputs }: Graph, sharing: Sharing, updates: ReadonlyMap<Variable, Tensor>): void {
  for (const [name, tensor] of Object.entries(outputs)) {
    const represented = sharing.find(tensor);
    const changes = represented instanceof Variable && updates.has(represented);
    expect(
      !changes,
      'compile',
      `output ${name} is a variable that the program changes; read it from the backend`,
    );
  }
}

/** Gives every tensor its name, its element type and its place in memory. */
function describe(
  names: ValueNames,
  sharing: Sharing,
  ownership: Ownership,
  blocks: ReadonlyMap<Tensor, MemoryBlock>,
  elementType: ElementType,
) {
  const storageOf = (root: Tensor): Storage => {
    if (root instanceof Variable) return { kind: 'variable', variable: root };
    const block = blocks.get(root);
    return block ? { kind: 'arena', offset: block.offset } : { kind: 'none' };
  };
  return (tensor: Tensor): Value => ({
    name: names.of(sharing.find(tensor)),
    shape: tensor.shape,
    dtype: storedAs(tensor.dtype, elementType),
    storage: storageOf(ownership.root(tensor)),
  });
}
