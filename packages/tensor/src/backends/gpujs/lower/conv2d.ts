import {
  type Geometry,
  type PerAxis,
  phasesOf,
  type SlidingWindow,
  windowsOf,
} from '../../../primitives/slidingWindow.ts';
import { conv2dFilterGradLowering } from './conv2dFilterGrad.ts';
import {
  type BufferPlace,
  type Dispatch,
  dispatch,
  type LoweringContext,
  type Lowerings,
  type ThreadNumbers,
} from './dispatch.ts';
import { type Division, KERNEL, SHADER, type Shape4, seenBy, times } from './images.ts';
import { firstColumn, type Product, perThreadOf, product } from './product.ts';
import { all, int, onlyIf, quotient, remainder, X, Y, Z } from './source.ts';

export const conv2dLowerings: Lowerings<'conv2d' | 'conv2dFilterGrad'> = {
  conv2d([x, w, bias], [y], { groups, ...geometry }, context) {
    const plan = planOf(x, w, y, groups, geometry, context);
    const { phases } = plan;
    if (phases === 1) return [convolved(plan, y, bias)];
    const [B, H, W, K] = y.shape as Shape4;
    const apart = context.scratch([B * H * phases, Math.ceil(W / phases), K]);
    return [convolved(plan, apart, bias), inOrder(plan, apart, y)];
  },

  conv2dFilterGrad: conv2dFilterGradLowering,
};

/** A convolution as a batch of products: for each row of the output its pixels, a matrix for each phase of them. */
interface Plan {
  readonly x: BufferPlace;
  readonly w: BufferPlace;
  readonly windows: PerAxis<SlidingWindow>;
  readonly groups: number;
  /** Rows and columns of the output */
  readonly H: number;
  readonly W: number;
  readonly phases: number;
  readonly batch: number;
  /** Pixels of a matrix, and columns that a thread makes */
  readonly M: number;
  readonly perThread: ThreadNumbers;
  readonly rowSeen: ReturnType<typeof seenBy>;
  readonly columnSeen: ReturnType<typeof seenBy>;
  /** A turn of the sum is a row of the filter, where what is seen of it lies side by side within the image; else it is a tap. */
  readonly isRow: boolean;
  /** Terms of a turn */
  readonly terms: number;
}

function planOf(
  x: BufferPlace,
  w: BufferPlace,
  y: BufferPlace,
  groups: number,
  geometry: Geometry,
  context: LoweringContext,
): Plan {
  const [height, width, C, K] = w.shape as Shape4;
  const [B, H, W] = y.shape as Shape4;
  const windows = windowsOf([height, width], geometry);
  const [down, across] = windows;
  const phases = phasesOf(W, across).length;
  const [rowSeen, columnSeen] = [seenBy(down, x.shape[1]!, H), seenBy(across, x.shape[2]!, W)];
  const isWhole = columnSeen(KERNEL, '0', '0').isInside === undefined;
  const isRow = groups === 1 && isWhole && across.dilation === 1 && across.inputDilation === 1;
  return {
    ...{ x, w, windows, groups, H, W, phases, rowSeen, columnSeen, isRow },
    batch: B * H * phases,
    M: Math.ceil(W / phases),
    perThread: perThreadOf(K / groups, context),
    terms: isRow ? width * C : C,
  };
}

function convolved(plan: Plan, output: BufferPlace, bias: BufferPlace | undefined): Dispatch {
  const { x, w, batch, M, perThread, groups, isRow, terms } = plan;
  const [height, width, C, K] = w.shape as Shape4;
  const tap = isRow ? int('u') : `(${int('u')} * ${width} + ${int('v')})`;
  const ownGroup = groups === 1 ? '' : ` + ${quotient(firstColumn(perThread), K / groups)} * ${C}`;
  // Written out: in OpenGL a local is float32, and its product is, too.
  const { pixel } = seenFrom(plan, KERNEL, { z: Z, n: Y, u: int('u'), v: int('v') });
  return product({
    ...{ a: x, b: w, output, batch, M, N: K, perThread, terms },
    operations: 2 * batch * M * K * height * width * C,
    left: (k) => `a[${pixel} * ${C * groups}${ownGroup} + ${k}]`,
    right: (k, column) => `(${tap} * ${terms} + ${k}) * ${K} + ${column}`,
    tiling: groups === 1 ? tilingOf(plan) : undefined,
    finish: bias && { formula: (t, { column }) => `${t} + bias[${column}]`, inputs: { bias } },
    turns: (body) => turnsOf(plan, body),
  });
}

/** The texts that say where in a batch of products a term is: the matrix z, its row n, and the filter's row u and column v. */
interface Term {
  readonly z: string;
  readonly n: string;
  readonly u: string;
  readonly v: string;
}

/** The row and the column that are seen, and the pixel among those of all images. */
function seenFrom(plan: Plan, division: Division, { z, n, u, v }: Term) {
  const { x, windows, H, phases, isRow, rowSeen, columnSeen } = plan;
  const [, across] = windows;
  const [, height, width] = x.shape as Shape4;
  const line = division.over(z, phases);
  const row = rowSeen(division, division.rest(line, H), u);
  const from = times(n, (phases * across.stride) / across.inputDilation);
  const column = columnSeen(division, division.rest(z, phases), isRow ? '0' : v, from);
  const top = `(${division.over(line, H)} * ${height} + ${row.index})`;
  return { row, column, pixel: `(${top} * ${width} + ${column.index})` };
}

/** Loops around the terms of a turn: over rows of the filter, and over their taps if a turn is one. */
function turnsOf(plan: Plan, body: string): string {
  const [height, width] = plan.w.shape as Shape4;
  const { row, column } = seenFrom(plan, KERNEL, { z: Z, n: Y, u: int('u'), v: int('v') });
  const inRow = onlyIf(all([column.isPixel, column.isInside]), body);
  const taps = plan.isRow ? inRow : `for (let v = 0; v < ${width}; v++) {\n${inRow}\n}`;
  return `for (let u = 0; u < ${height}; u++) {\n${onlyIf(all([row.isPixel, row.isInside]), taps)}\n}`;
}

function tilingOf(plan: Plan): Product['tiling'] {
  const { w, windows, batch, M, isRow, terms } = plan;
  const [height, width, C, K] = w.shape as Shape4;
  // The filters are the same for all matrices, so their rows are one matrix's, if all see the same taps.
  const isOne = windows.every(({ inputDilation }) => inputDilation === 1);
  const [u, v] = isRow ? ['u', '0'] : [`(u / ${width})`, `(u % ${width})`];
  const { row, column, pixel } = seenFrom(plan, SHADER, { z: 'line', n: 'place', u, v });
  return {
    rows: isOne ? batch * M : M,
    batch: isOne ? 1 : batch,
    turns: isRow ? height : height * width,
    left: {
      index: `${pixel} * ${C} + k`,
      test: all([row.isPixel, column.isPixel, row.isInside, column.isInside]),
      parts: isOne ? { line: `row / ${M}`, place: `row % ${M}` } : { line: 'z', place: 'row' },
      inFours: C % 4 === 0,
    },
    rowsSideBySide: false,
    right: { index: `(u * ${terms} + k) * ${K} + column`, inFours: true },
  };
}

/** Brings the pixels of all phases into their order. */
function inOrder({ phases, M, H, W }: Plan, t: BufferPlace, y: BufferPlace): Dispatch {
  const [B, , , K] = y.shape as Shape4;
  const matrix = `(${Z} * ${phases} + ${remainder(Y, phases)})`;
  const element = `t[(${matrix} * ${M} + ${quotient(Y, phases)}) * ${K} + ${X}]`;
  return dispatch({ t }, y, [K, W, B * H], `return ${element};`);
}
