import type { AttentionParams } from '../../../primitives/attention.ts';
import { sizeOf } from '../../../shape.ts';
import { rowStatistics } from './byHand/rowStatistics.ts';
import type { ByHand } from './byHand/shader.ts';
import {
  type BufferPlace,
  type Dispatch,
  dispatch,
  type LoweringContext,
  type Lowerings,
} from './dispatch.ts';
import { transposed } from './expression.ts';
import { multiply } from './matmul.ts';
import { type At, type Finish, PLAIN, type Prologue } from './product.ts';
import { int, modulo, quotient, range, remainder, X, Y, Z } from './source.ts';

export const attentionLowerings: Lowerings<'windowedAttention' | 'windowedAttentionGrad'> = {
  windowedAttention([theta, psi, g, previous], [Z, logits, statistics], params, context) {
    const windows = windowsOf(theta, params, context);
    const S = logits ?? context.scratch(windows.shape);
    const add = previous && {
      formula: (t: string, { index }: At) => `${t} + previous[${index}]`,
      inputs: { previous },
    };
    const similar = windows.compare(theta, psi, S, add);
    const known = statistics ?? context.scratch([...windows.shape.slice(0, 3), 2]);
    // The weights of the mean do without them.
    const isRead = statistics !== undefined || params.normalize === 'softmax';
    return [
      ...similar,
      ...(isRead ? findStatistics(S, known, params) : []),
      ...windows.gather(S, g, Z, weights(known, params)),
    ];
  },

  windowedAttentionGrad(
    [gZ, theta, psi, g, sums, logits, statistics, gLogits],
    [dtheta, dpsi, dg, dlogits, previous],
    params,
    context,
  ) {
    const windows = windowsOf(theta, params, context);
    const weighed = weights(statistics, params);
    const dS = dlogits ?? context.scratch(windows.shape);
    const back = backThroughWeights({ logits, weighed, gZ, Z: sums, gLogits }, params, windows, context);
    const calls = [
      ...back.calls,
      ...windows.compare(gZ, g, dS, back.finish),
      ...windows.gather(dS, psi, dtheta),
      ...windows.scatter(dS, theta, dpsi),
      ...windows.scatter(logits, gZ, dg, weighed),
    ];
    if (!previous) return calls;
    const rebuild = {
      formula: (t: string, { index }: At) => `logits[${index}] - ${t}`,
      inputs: { logits },
    };
    return [...calls, ...windows.compare(theta, psi, previous, rebuild)];
  },
};

/**
 * The three ways to go through all windows. Logits, weights and their gradients are [B, H, W, q²].
 *
 *   compare  x_i . y_j for every pixel i and neighbour j, and what becomes of it
 *   gather   out_i = sum over neighbours j of i of w_ij x_j
 *   scatter  out_j = sum over pixels i that have the neighbour j of w_ij x_i
 *
 * The prologue makes w of what is given for it, of which a row belongs to a pixel i.
 */
interface Windows {
  readonly shape: readonly [number, number, number, number];
  compare(x: BufferPlace, y: BufferPlace, out: BufferPlace, finish?: Finish): Dispatch[];
  gather(w: BufferPlace, x: BufferPlace, out: BufferPlace, prologue?: Prologue): Dispatch[];
  scatter(w: BufferPlace, x: BufferPlace, out: BufferPlace, prologue?: Prologue): Dispatch[];
}

function windowsOf({ shape }: BufferPlace, { q }: AttentionParams, context: LoweringContext): Windows {
  const [B, H, W] = shape as [number, number, number, number];
  return q === H && q === W ? denseWindows(B, q * q, q, context) : sparseWindows(B, H, W, q, context);
}

/** Where the window is the image, neighbour j is pixel j, and all three are products of matrices. */
function denseWindows(B: number, N: number, q: number, context: LoweringContext): Windows {
  const combine =
    (transposeA: boolean): Windows['gather'] =>
    (w, x, out, prologue = PLAIN) => {
      const sizes = { batch: B, M: N, K: N, N: x.shape[3]!, transposeA, transposeB: false };
      return multiply(w, x, out, sizes, context, { prologue });
    };
  const compared = { batch: B, M: N, N, transposeA: false, transposeB: true };
  return {
    shape: [B, q, q, N],
    compare: (x, y, out, finish = PLAIN) =>
      multiply(x, y, out, { ...compared, K: x.shape[3]! }, context, { finish }),
    gather: combine(false),
    scatter: combine(true),
  };
}

/** Windows of a larger, or smaller, image: each thread looks its neighbours up. */
function sparseWindows(B: number, H: number, W: number, q: number, context: LoweringContext): Windows {
  const r = (q - 1) / 2;
  const S = q * q;
  const row = remainder(Z, H);
  const image = quotient(Z, H);
  const pixel = `(${Z} * ${W} + ${Y})`;
  /** Sets `name` to a coordinate along an axis of n that may be up to r beyond its ends. */
  const wrap = (name: string, coordinate: string, n: number) => {
    if (r > n) return `const ${name} = ${modulo(coordinate, n, r)};`;
    const inside = `${name}0 < 0 ? ${name}0 + ${n} : (${name}0 >= ${n} ? ${name}0 - ${n} : ${name}0)`;
    return `const ${name}0 = ${coordinate};\nconst ${name} = ${inside};`;
  };
  /** Sets `name` to the coordinate of the neighbour number `step` in the window of the pixel at `at`. */
  const neighbour = (name: string, at: string, step: string, n: number) =>
    wrap(name, `${at} - ${r} + ${step}`, n);
  const combine = (
    w: BufferPlace,
    x: BufferPlace,
    out: BufferPlace,
    { formula, inputs }: Prologue,
    inRow: (i: string) => string,
    inColumn: (i: string) => string,
    at: { readonly pixel: string; readonly row: string; readonly weight: string },
  ) => {
    const C = x.shape[3]!;
    const perThread = C % 4 === 0 ? context.perThread : 1;
    const channels = range(perThread);
    const body = [
      ...channels.map((c) => `let s${c} = 0;`),
      `for (let i = 0; i < ${q}; i++) {`,
      inRow(int('i')),
      `for (let j = 0; j < ${q}; j++) {`,
      inColumn(int('j')),
      `const weight = ${formula(`w[${at.row} * ${S} + ${at.weight}]`, at.row)};`,
      ...channels.map((c) => `s${c} += weight * x[${at.pixel} * ${C} + ${X} * ${perThread} + ${c}];`),
      '}\n}',
      perThread === 1 ? 'return s0;' : `return [${channels.map((c) => `s${c}`).join(', ')}];`,
    ].join('\n');
    const call = dispatch({ w, x, ...inputs }, out, [C / perThread, W, B * H], body, perThread);
    return [{ ...call, operations: 2 * B * H * W * S * C }];
  };
  const other = `((${image} * ${H} + ${int('row')}) * ${W} + ${int('column')})`;
  return {
    shape: [B, H, W, S],
    compare(x, y, out, { formula, inputs } = PLAIN) {
      const C = x.shape[3]!;
      // Threads side by side look at neighbours side by side, whose channels must therefore lie apart.
      const planes = context.scratch([B, C, H, W]);
      const plane = `(${image} * ${C} + ${int('c')}) * ${H}`;
      const body = [
        neighbour('row', row, quotient(X, q), H),
        neighbour('column', Y, remainder(X, q), W),
        'let sum = 0;',
        `for (let c = 0; c < ${C}; c++) {`,
        `sum += x[${pixel} * ${C} + ${int('c')}] * y[(${plane} + ${int('row')}) * ${W} + ${int('column')}];`,
        '}',
        `return ${formula('sum', { index: `${pixel} * ${S} + ${X}`, row: pixel, column: X })};`,
      ].join('\n');
      const compare = dispatch({ x, y: planes, ...inputs }, out, [S, W, B * H], body);
      return [transposed(y, planes, [0, 3, 1, 2]), { ...compare, operations: 2 * B * H * W * S * C }];
    },
    gather: (w, x, out, prologue = PLAIN) =>
      combine(
        w,
        x,
        out,
        prologue,
        (i) => neighbour('row', row, i, H),
        (j) => neighbour('column', Y, j, W),
        { pixel: other, row: pixel, weight: `${int('i')} * ${q} + ${int('j')}` },
      ),
    // Seen from the neighbour: the pixel that has it i rows and j columns from its window's first is r - i rows below it.
    scatter: (w, x, out, prologue = PLAIN) =>
      combine(
        w,
        x,
        out,
        prologue,
        (i) => wrap('row', `${row} + ${r} - ${i}`, H),
        (j) => wrap('column', `${Y} + ${r} - ${j}`, W),
        { pixel: other, row: other, weight: `${int('i')} * ${q} + ${int('j')}` },
      ),
  };
}

/** Shorter rows are as well read by a thread each. */
const LONG_ROW = 64;

/** The statistics of each pixel, which `windowedAttention` describes: for softmax the largest logit and the sum. */
function findStatistics(
  S: BufferPlace,
  statistics: BufferPlace,
  { q, normalize }: AttentionParams,
): Dispatch[] {
  const n = q * q;
  const pixels = sizeOf(S.shape) / n;
  // Thread 2 i makes the first number of pixel i, thread 2 i + 1 the second.
  const isFirst = `(${X} & 1) < 1`;
  if (normalize === 'mean') {
    return [dispatch({}, statistics, [2 * pixels], `return ${isFirst} ? 0 : ${n};`)];
  }
  const row = `(${X} >> 1) * ${n}`;
  const both = [
    `let largest = S[${row}];`,
    `for (let j = 1; j < ${n}; j++) {`,
    `largest = Math.max(largest, S[${row} + ${int('j')}]);`,
    '}',
    'let total = 0;',
    `for (let j = 0; j < ${n}; j++) {`,
    `total += Math.exp(S[${row} + ${int('j')}] - largest);`,
    '}',
    `return ${isFirst} ? largest : total;`,
  ].join('\n');
  const isFloat32 = S.dtype === 'float32' && statistics.dtype === 'float32';
  const byHand: ByHand = { isLarge: n >= LONG_ROW, shader: () => rowStatistics(pixels, n) };
  return [{ ...dispatch({ S }, statistics, [2 * pixels], both), ...(isFloat32 && { byHand }) }];
}

/** Logits as weights, where they are read: softmax over each pixel's window, or the mean. */
function weights(statistics: BufferPlace, { q, normalize }: AttentionParams): Prologue {
  if (normalize === 'mean') return { formula: (t) => `${t} / ${q * q}`, inputs: {} };
  return {
    formula: (t, row) => `Math.exp(${t} - statistics[2 * ${row}]) / statistics[2 * ${row} + 1]`,
    inputs: { statistics },
  };
}

/** dS = w (a - gZ . Z) for softmax, a / q² for the mean; plus gLogits: of a = gZ_i . g_j what it becomes, and calls before. */
function backThroughWeights(
  {
    logits,
    weighed,
    gZ,
    Z: sums,
    gLogits,
  }: {
    logits: BufferPlace;
    weighed: Prologue;
    gZ: BufferPlace;
    Z: BufferPlace;
    gLogits: BufferPlace | undefined;
  },
  { q, normalize }: AttentionParams,
  { shape }: Windows,
  { scratch }: LoweringContext,
): { calls: Dispatch[]; finish: Finish } {
  const plus = (index: string) => (gLogits ? ` + gLogits[${index}]` : '');
  const given: Record<string, BufferPlace> = gLogits ? { gLogits } : {};
  if (normalize === 'mean') {
    return {
      calls: [],
      finish: { formula: (t, { index }) => `${t} / ${q * q}${plus(index)}`, inputs: given },
    };
  }
  const C = gZ.shape[3]!;
  const pixels = sizeOf(shape.slice(0, 3));
  const expected = scratch([pixels]);
  const dot = [
    'let sum = 0;',
    `for (let c = 0; c < ${C}; c++) {`,
    `sum += gZ[${X} * ${C} + ${int('c')}] * sums[${X} * ${C} + ${int('c')}];`,
    '}',
    'return sum;',
  ].join('\n');
  return {
    calls: [dispatch({ gZ, sums }, expected, [pixels], dot)],
    finish: {
      formula: (t, { index, row }) =>
        `${weighed.formula(`logits[${index}]`, row)} * (${t} - expected[${row}])${plus(index)}`,
      inputs: { logits, ...weighed.inputs, expected, ...given },
    },
  };
}
