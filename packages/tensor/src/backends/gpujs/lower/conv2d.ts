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
  type Lanes,
  type LoweringContext,
  type Lowerings,
} from './dispatch.ts';
import { KERNEL, SHADER, type Shape4, surround, times } from './images.ts';
import { firstColumn, lanesOf, type Product, product } from './product.ts';
import { int, quotient, remainder, X, Y, Z } from './source.ts';

export const conv2dLowerings: Lowerings<'conv2d' | 'conv2dFilterGrad'> = {
  conv2d([x, w, bias], [y], { groups, ...geometry }, context) {
    const plan = planOf(x, w, y, groups, geometry, context);
    const { phases, image } = plan;
    if (phases === 1) return [...image.calls, convolved(plan, y, bias)];
    const [B, H, W, K] = y.shape as Shape4;
    const apart = context.scratch([B * H * phases, Math.ceil(W / phases), K]);
    return [...image.calls, convolved(plan, apart, bias), inOrder(plan, apart, y)];
  },

  conv2dFilterGrad: conv2dFilterGradLowering,
};

/** A convolution as a batch of products: for each row of the output its pixels, a matrix for each phase of them. */
interface Plan {
  readonly image: ReturnType<typeof surround>;
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
  readonly lanes: Lanes;
  /** A turn of the sum is a row of the filter, where what is seen of it lies side by side; else it is a tap. */
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
  const [, { dilation, inputDilation }] = windows;
  const phases = phasesOf(W, windows[1]).length;
  const isRow = groups === 1 && dilation === 1 && inputDilation === 1;
  return {
    ...{ w, windows, groups, H, W, phases, isRow },
    image: surround(x, y, windows, context),
    batch: B * H * phases,
    M: Math.ceil(W / phases),
    lanes: lanesOf(K / groups, context),
    terms: isRow ? width * C : C,
  };
}

/** The pixel that row n of a matrix sees, in the image with its border. */
function pixelOf(
  { image, windows: [, across], phases }: Plan,
  top: string,
  n: string,
  first: string,
): string {
  const step = (phases * across.stride) / across.inputDilation;
  return `(${top} * ${image.width} + ${times(n, step)} + ${first})`;
}

function convolved(plan: Plan, output: BufferPlace, bias: BufferPlace | undefined): Dispatch {
  const { image, w, batch, M, lanes, groups, isRow, terms } = plan;
  const [, width, C, K] = w.shape as Shape4;
  const tap = isRow ? int('u') : `(${int('u')} * ${width} + ${int('v')})`;
  const ownGroup = groups === 1 ? '' : ` + ${quotient(firstColumn(lanes), K / groups)} * ${C}`;
  const { top, first } = seenFrom(plan);
  // Written out: in OpenGL a local is float32, and its product is, too.
  const pixel = pixelOf(plan, `(${top.index})`, Y, `(${first.index})`);
  return product({
    ...{ a: image.place, b: w, output, batch, M, N: K, lanes, terms },
    left: (k) => `a[${pixel} * ${C * groups}${ownGroup} + ${k}]`,
    right: (k, column) => `(${tap} * ${terms} + ${k}) * ${K} + ${column}`,
    tiling: groups === 1 ? tilingOf(plan) : undefined,
    finish: bias && { formula: (t, { column }) => `${t} + bias[${column}]`, inputs: { bias } },
    turns: (body) => turnsOf(plan, body),
  });
}

/** The row, among those of all images, and the column where what is seen begins; and the tests of whether anything is. */
function seenFrom({ image, H, phases, isRow }: Plan) {
  const line = quotient(Z, phases);
  const top = image.row(KERNEL, remainder(line, H), int('u'));
  const first = image.column(KERNEL, remainder(Z, phases), isRow ? '0' : int('v'));
  return { top: { ...top, index: `${quotient(line, H)} * ${image.height} + ${top.index}` }, first };
}

/** Loops around the terms of a turn: over rows of the filter, and over their taps if a turn is one. */
function turnsOf(plan: Plan, body: string): string {
  const [height, width] = plan.w.shape as Shape4;
  const { top, first } = seenFrom(plan);
  const inRow = onlyIf(first.test, body);
  const taps = plan.isRow ? inRow : `for (let v = 0; v < ${width}; v++) {\n${inRow}\n}`;
  return `for (let u = 0; u < ${height}; u++) {\n${onlyIf(top.test, taps)}\n}`;
}

function onlyIf(test: string | undefined, body: string): string {
  return test === undefined ? body : `if (${test}) {\n${body}\n}`;
}

function tilingOf(plan: Plan): Product['tiling'] {
  const { image, w, windows, H, phases, batch, M, isRow, terms } = plan;
  const [height, width, C, K] = w.shape as Shape4;
  // The filters are the same for all matrices, so their rows are one matrix's, if all see the same taps.
  const isOne = windows.every(({ inputDilation }) => inputDilation === 1);
  const [z, n] = isOne ? [`(row / ${M})`, `(row % ${M})`] : ['z', 'row'];
  const [u, v] = isRow ? ['u', '0'] : [`(u / ${width})`, `(u % ${width})`];
  const line = SHADER.over(z, phases);
  const top = image.row(SHADER, SHADER.rest(line, H), u);
  const first = image.column(SHADER, SHADER.rest(z, phases), v);
  const topOfAll = `(${SHADER.over(line, H)} * ${image.height} + ${top.index})`;
  const tests = [top.test, first.test].filter((test) => test !== undefined);
  return {
    rows: isOne ? batch * M : M,
    batch: isOne ? 1 : batch,
    turns: isRow ? height : height * width,
    left: `a[${pixelOf(plan, topOfAll, n, first.index)} * ${C} + k]`,
    rowsSideBySide: false,
    right: `(u * ${terms} + k) * ${K} + column`,
    ...(tests.length > 0 && { test: tests.join(' && ') }),
  };
}

/** Brings the pixels of all phases into their order. */
function inOrder({ phases, M, H, W }: Plan, t: BufferPlace, y: BufferPlace): Dispatch {
  const [B, , , K] = y.shape as Shape4;
  const matrix = `(${Z} * ${phases} + ${remainder(Y, phases)})`;
  const element = `t[(${matrix} * ${M} + ${quotient(Y, phases)}) * ${K} + ${X}]`;
  return dispatch({ t }, y, [K, W, B * H], `return ${element};`);
}
