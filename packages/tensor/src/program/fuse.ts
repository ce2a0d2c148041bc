import {
  checkExpressions,
  type Elementwise,
  type Expression,
  type Expressions,
  inPlaceOf,
  look,
  mapReads,
  NotAView,
  outputShape,
  type Source,
  sourceOf,
} from '../expressions/expression.ts';
import { type Formula, partsOf } from '../expressions/formula.ts';
import { reshape } from '../expressions/view.ts';
import { type Shape, sameShape, sizeOf } from '../shape.ts';
import type { Primitive, Tensor } from '../tensor.ts';
import type { Sharing } from './sharing.ts';
import type { Applied, Step } from './step.ts';

/** A step that computes expressions. */
interface ExpressionStep extends Step {
  readonly expressions: Expressions;
  readonly applied: Applied<Tensor>;
  /** How many steps stand inside each other, this one among them */
  readonly depth: number;
}

/** Numbers of a value that may be kept for as long as one likes: those of a large filter's gradient. */
const SMALL = 2 ** 18;

/** Steps over which several values may be kept instead of the one that is made of them: few, so that memory does not grow. */
const NEAR = 8;

type Define = NonNullable<Primitive['expressions']>;

/** Parts that a formula may have: enough for any chain, and few enough to be read. */
const MOST_PARTS = 96;

/**
 * Steps that may stand inside each other: more than any network has, and few enough to be gone through one within the other.
 * What costs nothing adds no parts.
 */
const MOST_DEEP = 512;

/** What fusing is told beside the steps. */
interface Conditions {
  /** Tensors that must be in memory */
  readonly kept: ReadonlySet<Tensor>;
  /** Primitives whose kernels read what is in memory */
  readonly routines?: ReadonlySet<string> | undefined;
  /** How many values a kernel of expressions can read, if not any number */
  readonly mostInputs?: number | undefined;
}

/**
 * Writes the steps that are no routines as expressions, and puts those that only one other reads in that one's place.
 *
 * What only moves elements, or is one number, is put in the place of all reads that can take a view, so that it costs
 * nothing; arithmetic is if it has one reader that goes over as many elements.
 */
export function fuse(steps: readonly Step[], sharing: Sharing, conditions: Conditions): Step[] {
  const fusion = new Fusion(steps, sharing, conditions);
  for (const step of steps) fusion.add(step);
  return fusion.steps();
}

class Fusion {
  /** A place for each step, empty for those that stand inside others. */
  private readonly places: (Step | undefined)[] = [];
  /** Steps that nobody has needed in memory so far, by what they make, and their places. */
  private readonly waiting = new Map<Tensor, { step: ExpressionStep; at: number }>();
  private readonly readers: ReadonlyMap<Tensor, number>;
  private readonly sharing: Sharing;
  private readonly conditions: Conditions;

  constructor(steps: readonly Step[], sharing: Sharing, conditions: Conditions) {
    this.sharing = sharing;
    this.conditions = conditions;
    this.readers = countReaders(steps, sharing);
  }

  steps(): Step[] {
    return this.places.filter((step) => step !== undefined);
  }

  add(step: Step): void {
    if (step.define && !this.conditions.routines?.has(step.name)) this.addExpressions(step, step.define);
    else {
      for (const tensor of step.inputs) this.emit(this.sharing.find(tensor));
      this.places.push(step);
    }
  }

  private addExpressions(step: Step, define: Define): void {
    const built = this.build(step, define);
    const waits = built.depth < MOST_DEEP && this.canWait(built);
    if (waits) this.waiting.set(built.outputs[0]!, { step: built, at: this.places.length });
    this.places.push(waits ? undefined : built);
  }

  private canWait(step: ExpressionStep): boolean {
    const [output, ...others] = step.outputs as [Tensor, ...Tensor[]];
    // What is rounded is rounded where it is stored.
    const isRounded = output.dtype !== 'float32';
    if (others.length > 0 || isRounded || this.conditions.kept.has(output)) return false;
    const isLast = this.readers.get(output) === 1;
    return step.expressions[0].kind === 'elementwise' && (isLast || isFree(step));
  }

  /** The step with as many of the waiting ones in it as can be; the others that it reads are done before it. */
  private build(step: Step, define: Define): ExpressionStep {
    const tensors = step.inputs.map((tensor) => this.sharing.find(tensor));
    const inside = new Map<Tensor, ExpressionStep>();
    let built = write(step, define, tensors, inside);
    for (const tensor of new Set(tensors)) {
      const found = this.waiting.get(tensor);
      if (!found || !isWorthIt(found.step, tensor, built, this.places.length - found.at <= NEAR)) continue;
      inside.set(tensor, found.step);
      const next = attempt(() => write(step, define, tensors, inside));
      if (next && this.fits(next, built)) built = next;
      else inside.delete(tensor);
    }
    for (const tensor of tensors) if (!inside.has(tensor)) this.emit(tensor);
    return built;
  }

  /** Is a step not too large for a kernel, or no larger than it was before? */
  private fits(step: ExpressionStep, before: ExpressionStep): boolean {
    const { mostInputs = Infinity } = this.conditions;
    return (
      step.inputs.length <= Math.max(mostInputs, before.inputs.length) &&
      partsIn(step) <= Math.max(MOST_PARTS, partsIn(before))
    );
  }

  private emit(tensor: Tensor): void {
    const found = this.waiting.get(tensor);
    if (found) this.places[found.at] = found.step;
    this.waiting.delete(tensor);
  }
}

function countReaders(steps: readonly Step[], sharing: Sharing): Map<Tensor, number> {
  const readers = new Map<Tensor, number>();
  for (const step of steps) {
    for (const tensor of new Set(step.inputs.map((x) => sharing.find(x))))
      readers.set(tensor, (readers.get(tensor) ?? 0) + 1);
  }
  return readers;
}

/** The step with its expressions, and those of the steps that stand `inside` in the place of what they make. */
function write(
  step: Step,
  define: Define,
  tensors: readonly Tensor[],
  inside: ReadonlyMap<Tensor, ExpressionStep>,
): ExpressionStep {
  const inputs: Tensor[] = [];
  const numberOf = (tensor: Tensor) => {
    const known = inputs.indexOf(tensor);
    return known < 0 ? inputs.push(tensor) - 1 : known;
  };
  const sources = tensors.map((tensor, i): Source => {
    const { shape } = step.inputs[i]!;
    const made = inside.get(tensor);
    if (!made) return sourceOf(shape, numberOf(tensor));
    const numbers = made.inputs.map(numberOf);
    const { element } = mapReads(made.expressions[0], (read) => ({
      ...read,
      input: numbers[read.input]!,
    })) as Elementwise;
    const source = { shape: tensor.shape, element };
    return sameShape(shape, tensor.shape)
      ? source
      : { shape, element: look(source, (view) => reshape(view, shape)) };
  });
  // As many as the step has outputs.
  const expressions = define(sources, step.params) as unknown as Expressions;
  checkExpressions(step.name, expressions, step.outputs);
  const applied = {
    output: step.outputs[0]!,
    name: step.name,
    params: step.params,
    inputs: tensors.map((tensor) => inside.get(tensor)?.applied ?? tensor),
  };
  const depth = 1 + Math.max(0, ...[...inside.values()].map((made) => made.depth));
  // Kernels of expressions write all that they make, whether anybody reads it or not.
  return { ...step, inputs, expressions, applied, depth, inPlace: inPlaceOf(expressions), optional: [] };
}

function attempt(written: () => ExpressionStep): ExpressionStep | undefined {
  try {
    return written();
  } catch (error) {
    if (error instanceof NotAView) return undefined;
    throw error;
  }
}

/** Does a step do no arithmetic? */
function isFree({ expressions: [expression] }: ExpressionStep): boolean {
  return expression.kind === 'elementwise' && expression.element.kind !== 'call';
}

/**
 * Is it worth while to compute a waiting step where its result is read: not more often than once for each element, and
 * without keeping several values in memory for longer instead of one?
 */
function isWorthIt(step: ExpressionStep, made: Tensor, reader: ExpressionStep, isNear: boolean): boolean {
  if (isFree(step)) return true;
  const size = sizeOf(made.shape);
  const input = reader.inputs.indexOf(made);
  const spaces = reader.expressions.flatMap((expression) => spacesOf(expression, input));
  const large = step.inputs.filter((tensor) => sizeOf(tensor.shape) >= size && size > 1);
  return spaces.every((shape) => sizeOf(shape) <= size) && (isNear || large.length <= 1 || size <= SMALL);
}

/** The shapes over which an expression reads an input. */
function spacesOf(expression: Expression, input: number): Shape[] {
  const reads = (element: Formula) =>
    [...partsOf(element)].some((part) => part.kind === 'read' && part.input === input);
  if (expression.kind === 'elementwise') return reads(expression.element) ? [expression.shape] : [];
  const finish = reads(expression.finish) ? [outputShape(expression)] : [];
  return [...expression.of.filter(({ element }) => reads(element)).map(({ shape }) => shape), ...finish];
}

function partsIn({ expressions }: ExpressionStep): number {
  const formulas = expressions.flatMap((expression) =>
    expression.kind === 'elementwise'
      ? [expression.element]
      : [...expression.of.map(({ element }) => element), expression.finish],
  );
  return formulas.reduce((count, formula) => count + partsOf(formula).size, 0);
}
