import { inMatrices } from './byHand/inMatrices.ts';
import type { ByHand } from './byHand/shader.ts';
import { tiled } from './byHand/tiled.ts';
import { type Factor, isWorthBlocks, type Tiling } from './byHand/tiling.ts';
import {
  type BufferPlace,
  type Dispatch,
  dispatch,
  type LoweringContext,
  type ThreadNumbers,
} from './dispatch.ts';
import { onlyIf, range, unrolled, X, Y, Z } from './source.ts';

/** Sizes of a batch of products [M, K] x [K, N]. */
export interface Sizes {
  readonly batch: number;
  readonly M: number;
  readonly K: number;
  readonly N: number;
}

/** Where an element of a product is, as texts: its index in row-major order, that of its row among all, its column. */
export interface At {
  readonly index: string;
  readonly row: string;
  readonly column: string;
}

/** What becomes of a product's element `t`, a text, with the inputs that this reads; in JavaScript and in WGSL alike. */
export interface Finish {
  readonly formula: (t: string, at: At) => string;
  readonly inputs: Readonly<Record<string, BufferPlace>>;
}

/**
 * What an element `t` of a matrix is before it is multiplied, with the inputs that this reads; `row` is that of the matrix
 * as it lies, counted through all of them. In JavaScript, of which WGSL has the functions of Math under their own names.
 */
export interface Prologue {
  readonly formula: (t: string, row: string) => string;
  readonly inputs: Readonly<Record<string, BufferPlace>>;
}

/** What a product is made of. */
export interface Product {
  readonly a: BufferPlace;
  readonly b: BufferPlace;
  /** Row-major: [batch, M, N] */
  readonly output: BufferPlace;
  readonly batch: number;
  readonly M: number;
  readonly N: number;
  /** Columns that a thread makes; N is a multiple of it */
  readonly perThread: ThreadNumbers;
  /** Terms of a sum, or of one turn of it */
  readonly terms: number;
  /** Two for each multiply-add */
  readonly operations: number;
  /** Term k of a, or what it is made to be, in terms of the thread: its y is the row, its z the matrix */
  readonly left: (k: string) => string;
  /** Whether term k is part of the sum, if that is not certain */
  readonly isTerm?: (k: string) => string | undefined;
  /** What `left` reads beside a */
  readonly beside?: Readonly<Record<string, BufferPlace>>;
  /** Index of term k in b, for a column */
  readonly right: (k: string, column: string) => string;
  /** The same for the kernel by hand, if there is to be one */
  readonly tiling: Omit<Tiling, 'terms' | 'columns' | 'finish' | 'more' | 'isFloat32'> | undefined;
  readonly finish?: Finish | undefined;
  /** Sets local variables */
  readonly before?: string;
  /** Puts loops around the one over the terms */
  readonly turns?: (body: string) => string;
}

/** Terms of a sum that are written out in one turn of its loop. */
const UNROLLED = 4;

/** Columns that a thread can make of N, of which so many belong together. */
export function perThreadOf(N: number, { perThread }: Pick<LoweringContext, 'perThread'>): ThreadNumbers {
  return N % perThread === 0 ? perThread : 1;
}

/** The first column that a thread makes. */
export function firstColumn(perThread: ThreadNumbers): string {
  return perThread === 1 ? X : `(${X} * ${perThread})`;
}

/** The kernel of all products: a thread makes some columns of one row, so that they share what is loaded of that row. */
export function product(given: Product): Dispatch {
  const { a, b, output, batch, M, N, perThread, terms, left, right, tiling } = given;
  const {
    isTerm = () => undefined,
    beside = {},
    finish = PLAIN,
    before = '',
    turns = (body: string) => body,
  } = given;
  const columns = range(perThread).map((n) => (perThread === 1 ? X : `(${X} * ${perThread} + ${n})`));
  const row = `(${Z} * ${M} + ${Y})`;
  const elements = columns.map((column, r) =>
    finish.formula(`s${r}`, { index: `${row} * ${N} + ${column}`, row, column }),
  );
  const body = [
    ...columns.map((_, r) => `let s${r} = 0;`),
    before,
    turns(
      unrolled('k', terms, UNROLLED, (k) =>
        onlyIf(
          isTerm(k),
          [
            `const a${variableName(k)} = ${left(k)};`,
            ...columns.map((column, r) => `s${r} += a${variableName(k)} * b[${right(k, column)}];`),
          ].join('\n'),
        ),
      ),
    ),
    perThread === 1 ? `return ${elements[0]};` : `return [${elements.join(', ')}];`,
  ].join('\n');
  const more = { ...beside, ...finish.inputs };
  const { operations } = given;
  const plain = {
    ...dispatch({ a, b, ...more }, output, [N / perThread, M, batch], body, perThread),
    operations,
  };
  if (!tiling) return plain;
  const isFloat32 = ({ dtype }: BufferPlace) => dtype === 'float32';
  const stored = (factor: Factor, place: BufferPlace, linesAllow = true) => ({
    ...factor,
    inFours: factor.inFours && isFloat32(place) && linesAllow,
  });
  const whole = {
    ...tiling,
    ...{
      left: stored(tiling.left, a),
      right: stored(tiling.right, b, N % 4 === 0),
      isFloat32: isFloat32(output),
    },
    ...{ columns: N, terms, finish, more: Object.keys(more) },
  };
  const byHand: ByHand = {
    isLarge: isWorthBlocks(whole),
    shader: (matrices) => (matrices ? inMatrices(whole, matrices) : tiled(whole)),
  };
  return { ...plain, byHand };
}

/** The element itself. */
export const PLAIN = { formula: (t: string) => t, inputs: {} } satisfies Finish & Prologue;

function variableName(k: string): string {
  return k.replace(/\W+/g, '');
}
