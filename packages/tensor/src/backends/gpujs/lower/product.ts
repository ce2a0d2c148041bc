import { type BufferPlace, type Dispatch, dispatch, type Lanes, type LoweringContext } from './dispatch.ts';
import { quotient, range, remainder, unrolled, X, Y, Z } from './source.ts';
import { type Tiling, tiled } from './tiled.ts';

/** Sizes of a batch of products [M, K] x [K, N]. */
export interface Sizes {
  readonly batch: number;
  readonly M: number;
  readonly K: number;
  readonly N: number;
}

/**
 * A batch of matrices as the threads of a product leave them: each thread makes `lanes` rows of one column, so that
 * they share what is loaded of that column: [batch, ceil(M / lanes), N, lanes].
 */
export interface Rows {
  readonly place: BufferPlace;
  readonly batch: number;
  readonly M: number;
  readonly N: number;
  readonly lanes: Lanes;
}

/** Memory for a product's result. */
export function rowsOf({ batch, M, N }: Omit<Sizes, 'K'>, { scratch, lanes }: LoweringContext): Rows {
  const place = scratch([batch, Math.ceil(M / lanes), N, lanes]);
  return { place, batch, M, N, lanes };
}

/** Index of the element in matrix z, row y and column x of the thread that reads it. */
export function indexIn({ M, N, lanes }: Rows, [x, y, z]: readonly [string, string, string] = [X, Y, Z]) {
  const group = `(${z} * ${Math.ceil(M / lanes)} + ${quotient(y, lanes)})`;
  return `(${group} * ${N} + ${x}) * ${lanes} + ${remainder(y, lanes)}`;
}

/** Terms of a sum that are written out in one turn of its loop. */
const UNROLLED = 4;

/**
 * The kernel of all products: `left` gives the index of term k in input a for the thread's row number `lane`, `right`
 * that of term k in input b; both in terms of the thread, whose x is the column, y the group of rows and z the matrix.
 * `before` sets local variables, `turns` puts loops around the one over the terms.
 *
 * `tiling` says the same for the kernel by hand, if there is to be one.
 *
 * Rows beyond the last are made of whatever is read there; nobody reads them.
 */
export function product(
  inputs: { readonly a: BufferPlace; readonly b: BufferPlace },
  rows: Rows,
  terms: number,
  left: (lane: number, k: string) => string,
  right: (k: string) => string,
  tiling: Omit<Tiling, 'terms'> | undefined,
  { before = '', turns = (body: string) => body } = {},
): Dispatch {
  const { place, batch, M, N, lanes } = rows;
  const lane = range(lanes);
  const body = [
    ...lane.map((r) => `let s${r} = 0;`),
    before,
    turns(
      unrolled('k', terms, UNROLLED, (k) =>
        [
          `const b${variableName(k)} = b[${right(k)}];`,
          ...lane.map((r) => `s${r} += a[${left(r, k)}] * b${variableName(k)};`),
        ].join('\n'),
      ),
    ),
    lanes === 1 ? 'return s0;' : `return [${lane.map((r) => `s${r}`).join(', ')}];`,
  ].join('\n');
  const plain = dispatch(inputs, place, [N, Math.ceil(M / lanes), batch], body, lanes);
  return lanes === 4 && tiling ? { ...plain, shader: tiled({ ...tiling, terms }) } : plain;
}

/** The row that a thread makes in a lane. */
export function rowIn(lanes: Lanes, lane: number): string {
  return `(${Y} * ${lanes} + ${lane})`;
}

function variableName(k: string): string {
  return k.replace(/\W+/g, '');
}

/**
 * Brings a product's result into row-major order, with `formula` applied: of `t`, the element, and `i`, its index in
 * that order, both texts.
 */
export function collect(
  rows: Rows,
  output: BufferPlace,
  formula = (t: string, _i: string) => t,
  inputs: Readonly<Record<string, BufferPlace>> = {},
): Dispatch {
  const { place, batch, M, N } = rows;
  const element = `t[${indexIn(rows)}]`;
  const index = `(${Z} * ${M} + ${Y}) * ${N} + ${X}`;
  return dispatch({ t: place, ...inputs }, output, [N, M, batch], `return ${formula(element, index)};`);
}

export function roundUp(n: number, multiple: number): number {
  return Math.ceil(n / multiple) * multiple;
}
