/** The sizes of a tensor's axes, outermost first; `[]` is a scalar. */
export type Shape = readonly number[];

/** Number of elements of a tensor of this shape; 1 for a scalar. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, n) => product * n, 1);
}

/** Elements to skip for one step along each axis, in a dense row-major tensor. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis]!;
  }
  return strides;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((n, axis) => n === b[axis]);
}

/** `[2, 5, 5, 8]`, as error messages and printed programs show a shape. */
export function formatShape(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

/** Axes counted from the front, in ascending order: `-1` is the last one. Throws on an axis out of range. */
export function normalizeAxes(operation: string, axes: readonly number[], rank: number): number[] {
  const normalized = axes.map((axis) => (axis < 0 ? axis + rank : axis));
  for (const [i, axis] of normalized.entries()) {
    expect(
      Number.isInteger(axis) && axis >= 0 && axis < rank && normalized.indexOf(axis) === i,
      operation,
      `axes ${formatShape(axes)} must be distinct and within a tensor of ${rank} axes`,
    );
  }
  return normalized.sort((a, b) => a - b);
}

/**
 * An operation was called with shapes or parameters that do not fit.
 *
 * The message names the operation, what was given, what was expected, the tensors' names, and the caller's line.
 */
export class ShapeError extends Error {
  override name = 'ShapeError';
  readonly operation: string;
  readonly problem: string;

  constructor(operation: string, problem: string) {
    super(`${operation}: ${problem}`);
    this.operation = operation;
    this.problem = problem;
    const caller = callerOf(this.stack ?? '');
    if (caller !== undefined) this.message += ` (at ${caller})`;
  }
}

/** Throws a `ShapeError` unless the condition holds. */
export function expect(condition: boolean, operation: string, problem: string): asserts condition {
  if (!condition) throw new ShapeError(operation, problem);
}

/** Throws unless `value` is a whole number of at least `least`. */
export function expectWhole(operation: string, name: string, value: number, least: number): void {
  expect(
    Number.isInteger(value) && value >= least,
    operation,
    `${name} must be a whole number of at least ${least}, is ${value}`,
  );
}

/** Files of this package and of autograd, here and where they are installed; JavaScript's own functions have no place. */
const WITHIN = /(packages|@nlrn)[\\/](tensor|autograd)[\\/](src|dist)[\\/]|<anonymous>\)?$/;

/** The first frame of a stack trace that lies outside; none in a bundle, where nothing tells them apart. */
function callerOf(stack: string): string | undefined {
  const frames = stack.split('\n').filter((line) => line.trimStart().startsWith('at '));
  if (!WITHIN.test(frames[0] ?? '')) return undefined;
  const outside = frames.find((line) => !WITHIN.test(line));
  return outside?.match(/([^\\/(]+:\d+):\d+\)?$/)?.[1];
}
