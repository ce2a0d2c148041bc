import {
  areOfOneShape,
  type Expressions,
  outputShape,
  type Reduction,
} from '../../../expressions/expression.ts';
import { type Formula, substitute } from '../../../expressions/formula.ts';
import { dense, transpose } from '../../../expressions/view.ts';
import { type Shape, sizeOf } from '../../../shape.ts';
import { IN_MEMORY } from '../kernels/constants.ts';
import { type BlockOperand, blocksOf, LONGEST } from './blocks.ts';
import { type Call, call, elementAt, type Located, type Place, type Scratch } from './call.ts';
import { chunksFor, waysOfReducing } from './reduce.ts';

/** Elements of a cache line: threads write no line together. */
const LINE = 16;
/** The largest part of a block that repeats, so that blocks stay about as long as they can be. */
const LONGEST_PERIOD = 256;

/** The calls that compute expressions. */
export function evaluate(
  expressions: Expressions,
  inputs: readonly Place[],
  outputs: readonly Place[],
  scratch: Scratch,
): Call[] {
  if (areOfOneShape(expressions)) {
    const formulas = expressions.map(({ element }) => element);
    return [elementwise(formulas, inputs, outputs)];
  }
  return expressions.flatMap((one, i) =>
    one.kind === 'elementwise'
      ? [elementwise([one.element], inputs, [outputs[i]!])]
      : reduce(one, inputs, outputs[i]!, scratch),
  );
}

/** Copies a value as it is. */
export function copy(from: Place, to: Place): Call {
  const shape = [sizeOf(from.shape)];
  return elementwise([{ kind: 'read', input: 0, view: dense(shape) }], [from], [to]);
}

function elementwise(
  formulas: readonly Formula[],
  inputs: readonly Place[],
  outputs: readonly Place[],
): Call {
  const roots = formulas.map((formula, i) => ({
    formula,
    to: [outputs[i]!.address, IN_MEMORY] as BlockOperand,
  }));
  const { unit, block, words } = blocksOf(roots, inputs, {
    unit: LINE,
    mayRepeat: (_, shared) => shared <= LONGEST_PERIOD,
  });
  return call('evaluate', { n: sizeOf(outputs[0]!.shape), unit, block, operations: words });
}

/** Partial results of all that is collected, side by side, then what they give together. */
function reduce(
  { by, of, finish, ...rest }: Reduction,
  inputs: readonly Place[],
  y: Place,
  scratch: Scratch,
): Call[] {
  const way = waysOfReducing[by];
  const spaces = of.map(({ shape, axes, element }) => inOrder(shape, axes, element));
  const [{ outer, inner }] = spaces as [Space];
  const chunks = spaces.map(({ n }) => chunksFor(n));
  const all = chunks.reduce((sum, count) => sum + count, 0);
  const partial = scratch.floats(outer * all * inner);
  let before = 0;
  const collect = spaces.map((space, i): Call => {
    const to = elementAt(partial, before);
    before += chunks[i]!;
    const small = spaces.length > 1 && space.n < SMALL;
    return { ...reduceChunks(way, space, chunks[i]!, to, inputs), ...(small && { isSmall: true }) };
  });
  const joined = call('joinChunks', { way, partial, y, outer, chunks: all, inner });
  if (finish.kind === 'total') return [...collect, joined];
  const shape = outputShape({ by, of, finish, ...rest });
  const found: Formula = { kind: 'read', input: inputs.length, view: dense(shape) };
  const last = substitute(finish, (read) => read, found);
  return [...collect, joined, elementwise([last], [...inputs, y], [y])];
}

/** Of many tensors, one with fewer elements than this is done by one thread alone. */
const SMALL = 8192;

/** What is reduced, as [outer, n, inner] over n. */
interface Space {
  readonly outer: number;
  readonly n: number;
  readonly inner: number;
  readonly element: Formula;
}

/** The element at the places of a shape, walked through so that the reduced axes lie side by side. */
function inOrder(shape: Shape, along: readonly number[], element: Formula): Space {
  const axes = along.toSorted((a, b) => a - b);
  const first = axes[0] ?? 0;
  const last = axes.at(-1) ?? -1;
  if (last - first + 1 === axes.length) {
    const [outer, n, inner] = [shape.slice(0, first), shape.slice(first, last + 1), shape.slice(last + 1)];
    return { outer: sizeOf(outer), n: sizeOf(n), inner: sizeOf(inner), element };
  }
  const kept = [...shape.keys()].filter((axis) => !axes.includes(axis));
  const order = [...kept, ...axes];
  const sizes = (some: readonly number[]) => sizeOf(some.map((axis) => shape[axis]!));
  const turned = substitute(element, (read) => ({ ...read, view: transpose(read.view, order) }));
  return { outer: sizes(kept), n: sizes(axes), inner: 1, element: turned };
}

function reduceChunks(
  way: number,
  { outer, n, inner, element }: Space,
  chunks: number,
  partial: Located,
  inputs: readonly Place[],
): Call {
  // A block is whole rows, if there is room for one.
  const fits = inner > 1 && inner <= LONGEST / 2;
  const { block, words, results } = blocksOf([{ formula: element }], inputs, {
    unit: 1,
    ...(fits && { rows: inner }),
    mayRepeat: (period) => fits && inner % period === 0,
    ...(inner === 1 && { longest: LONGEST / 2 }),
  });
  const [address, where] = results[0]!;
  const sizes = { outer, n, inner, chunks, block };
  return call('reduceChunks', { way, partial, ...sizes, address, where, operations: words });
}
