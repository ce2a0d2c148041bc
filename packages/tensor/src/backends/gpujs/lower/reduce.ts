import { sizeOf } from '../../../shape.ts';
import { asMiddle, type Middle } from '../../middle.ts';
import {
  type BufferPlace,
  type Dispatch,
  dispatch,
  type LoweringContext,
  type Lowerings,
} from './dispatch.ts';
import { transposed } from './movement.ts';
import { int, range, X, Y, Z } from './source.ts';

/** More terms than this are summed in pieces of this size, by as many threads, and the pieces in turn. */
const PIECE = 256;

/**
 * y[o, i] = finish(sum over n of term[o, n, i]).
 *
 * `term` is the text of a term, of its flat index and of its index i along the inner axis.
 */
export function sumMiddle(
  inputs: Readonly<Record<string, BufferPlace>>,
  y: BufferPlace,
  { outer, n, inner }: Middle,
  { scratch }: Pick<LoweringContext, 'scratch'>,
  { term = (index: string, _inner: string) => `x[${index}]`, finish = (sum: string) => sum } = {},
): Dispatch[] {
  const pieces = Math.ceil(n / PIECE);
  const line = inner === 1;
  if (pieces === 1) {
    // With one element a row the rows lie along x, which is the axis without bounds.
    const [row, i] = line ? [X, '0'] : [Y, X];
    const body = sumOf(n, (k) => term(`(${row} * ${n} + ${k}) * ${inner} + ${i}`, i), finish);
    return [dispatch(inputs, y, line ? [outer] : [inner, outer], body)];
  }
  const partial = scratch([outer, pieces, inner]);
  // Threads side by side read elements side by side: in a line each takes every `pieces`-th element.
  const [k, row, i] = line
    ? [(j: string) => `${j} * ${pieces} + ${X}`, Y, '0']
    : [(j: string) => `${Y} * ${PIECE} + ${j}`, Z, X];
  const body = sumOf(
    PIECE,
    (j) => term(`(${row} * ${n} + ${k(j)}) * ${inner} + ${i}`, i),
    undefined,
    (j) => (n % PIECE === 0 ? undefined : `${k(j)} < ${n}`),
  );
  const grid = line ? ([pieces, outer] as const) : ([inner, pieces, outer] as const);
  return [
    dispatch(inputs, partial, grid, body),
    ...sumMiddle({ x: partial }, y, { outer, n: pieces, inner }, { scratch }, { finish }),
  ];
}

function sumOf(
  n: number,
  term: (index: string) => string,
  finish = (sum: string) => sum,
  test: (index: string) => string | undefined = () => undefined,
): string {
  const add = `sum += ${term(int('j'))};`;
  const guard = test(int('j'));
  return [
    'let sum = 0;',
    `for (let j = 0; j < ${n}; j++) {`,
    guard ? `if (${guard}) {\n${add}\n}` : add,
    '}',
    `return ${finish('sum')};`,
  ].join('\n');
}

/** Threads that share the squares of all tensors of a norm. */
const NORM_THREADS = 256;
/** Tensors of a kernel, beside the sums so far and the output: 8 buffers, which any device allows. */
const NORM_INPUTS = 6;
/** Longer tensors are first summed by more threads. */
const NORM_LONGEST = 65_536;

interface Part {
  readonly place: BufferPlace;
  readonly n: number;
  readonly squared: boolean;
}

export const reduceLowerings: Lowerings<'sum' | 'globalNorm'> = {
  sum([x], [y], { axes }, context) {
    const middle = asMiddle(x!.shape, axes);
    if (middle) return sumMiddle({ x: x! }, y!, middle, context);
    // The summed axes are brought to the front first.
    const order = [...axes, ...x!.shape.keys().filter((axis) => !axes.includes(axis))];
    const ordered = context.scratch(order.map((axis) => x!.shape[axis]!));
    const n = sizeOf(axes.map((axis) => x!.shape[axis]!));
    return [
      transposed(x!, ordered, order),
      ...sumMiddle({ x: ordered }, y!, { outer: 1, n, inner: sizeOf(y!.shape) }, context),
    ];
  },

  globalNorm(inputs, [y], _, context) {
    const calls: Dispatch[] = [];
    const parts = inputs.map((place): Part => {
      const n = sizeOf(place.shape);
      if (n <= NORM_LONGEST) return { place, n, squared: false };
      const pieces = Math.ceil(n / PIECE);
      const sums = context.scratch([pieces]);
      calls.push(squareSums([{ place, n, squared: false }], undefined, sums));
      return { place: sums, n: pieces, squared: true };
    });
    let total: BufferPlace | undefined;
    for (let i = 0; i < parts.length; i += NORM_INPUTS) {
      const sums = context.scratch([NORM_THREADS]);
      calls.push(squareSums(parts.slice(i, i + NORM_INPUTS), total, sums));
      total = sums;
    }
    const middle = { outer: 1, n: NORM_THREADS, inner: 1 };
    const finish = (sum: string) => `Math.sqrt(${sum})`;
    return [...calls, ...sumMiddle({ x: total! }, y!, middle, context, { finish })];
  },
};

/** The call in which each thread adds the squares of its share of some tensors to what `before` has. */
function squareSums(parts: readonly Part[], before: BufferPlace | undefined, sums: BufferPlace): Dispatch {
  const threads = sizeOf(sums.shape);
  const named = Object.fromEntries(parts.map(({ place }, i) => [`x${i}`, place]));
  const loops = range(parts.length).map((i) => {
    const { n, squared } = parts[i]!;
    const at = `${int('j')} * ${threads} + ${X}`;
    const add = `const v${i} = x${i}[${at}];\nsum += ${squared ? `v${i}` : `v${i} * v${i}`};`;
    const guarded = n % threads === 0 ? add : `if (${at} < ${n}) {\n${add}\n}`;
    return `for (let j = 0; j < ${Math.ceil(n / threads)}; j++) {\n${guarded}\n}`;
  });
  const body = ['let sum = 0;', ...(before ? [`sum += before[${X}];`] : []), ...loops, 'return sum;'].join(
    '\n',
  );
  return dispatch(before ? { ...named, before } : named, sums, [threads], body);
}
