import * as constants from './kernels/constants.ts';
import * as operationNumbers from './kernels/operations.ts';

/**
 * The kernels and their arguments, by name: what `call` in lower/call.ts takes, and what the functions in kernels/ are given,
 * in this order, with `thread` and `threads` behind. The build writes what stands between (dispatcher.ts).
 *
 * | kind      | in a lowering                         | in a kernel                                         |
 * |-----------|---------------------------------------|-----------------------------------------------------|
 * | pointer   | a place, or an address                | `usize`                                             |
 * | optional  | the same, or undefined                | `usize`, 0 if there is nothing or nobody reads it   |
 * | integer   | a whole number                        | `i32`                                               |
 * | real      | a number                              | `f32`                                               |
 * | flag      | a boolean                             | `bool`                                              |
 * | perThread | memory for each thread                | `usize`, the memory of this thread                  |
 * | list      | words, as many as there are; the last | `usize`, where they begin: it must know their end   |
 */
export type Kind = 'pointer' | 'optional' | 'integer' | 'real' | 'flag' | 'perThread' | 'list';

/** Arguments of one kind, under these names. */
const of =
  <K extends Kind>(kind: K) =>
  <const Names extends readonly string[]>(...names: Names) =>
    Object.fromEntries(names.map((name) => [name, kind])) as { readonly [N in Names[number]]: K };

const pointers = of('pointer');
const optionals = of('optional');
const integers = of('integer');
const reals = of('real');
const flags = of('flag');
const scratch = of('perThread')('scratch');
const operations = of('list')('operations');

// Arguments that several kernels have.
const images = integers('B', 'H', 'W', 'C');
const axes = integers(
  ...(['top', 'rowStride', 'rowDilation', 'rowTaps'] as const),
  ...(['left', 'columnStride', 'columnDilation', 'columnTaps'] as const),
);
const outputDistances = integers('yImage', 'yRow', 'yPixel');
const tiled = integers('xRows', 'xColumns', 'above', 'left', 'xImage', 'xRow', 'xPixel');
const taps = integers('height', 'width', 'top', 'left', 'rowStep', 'columnStep');
const normalized = pointers('x', 'scale', 'shift', 'mean', 'inverse');
const packing = { ...images, ...integers('r', 'rows', 'columns') };
const window = {
  ...integers('H', 'W', 'q'),
  ...flags('softmax'),
  ...integers('across', 'down', 'width', 'packedRows', 'packedColumns', 'l', 'm'),
};
const dense = { ...integers('N'), ...flags('softmax'), ...integers('P', 'chunks', 'width', 'l', 'm') };
const pieces = integers('B', 'H', 'W', 'strips', 'height');
const slab = integers('firstColumn', 'columns');
const lanes = {
  ...pieces,
  ...integers('q'),
  ...flags('softmax'),
  ...integers('across', 'down', 'l', 'm'),
  ...flags('inLanes'),
};
const attended = {
  ...pointers('theta', 'psi', 'g'),
  ...optionals('previous'),
  ...pointers('Z'),
  ...optionals('logits', 'statistics'),
};

export const kernelTable = {
  // expression.ts
  evaluate: { ...integers('n', 'unit', 'block'), ...operations },
  fill: { ...pointers('y'), ...integers('n'), ...reals('value') },
  // reduce.ts
  reduceChunks: {
    ...integers('way'),
    ...pointers('partial'),
    ...integers('outer', 'n', 'inner', 'chunks', 'block'),
    ...pointers('address'),
    ...integers('where'),
    ...operations,
  },
  joinChunks: { ...integers('way'), ...pointers('partial', 'y'), ...integers('outer', 'chunks', 'inner') },
  // matmul.ts
  packPanels: { ...pointers('b', 'packed'), ...integers('K', 'N', 'kStride', 'nStride') },
  matmul: { ...pointers('a', 'packed', 'c'), ...integers('M', 'K', 'N', 'aRow', 'aStep') },
  // conv2d/conv2d.ts
  padChannels: { ...pointers('x', 'padded'), ...integers('pixels', 'C', 'width') },
  placeImages: {
    ...pointers('x', 'y'),
    ...images,
    ...integers('rows', 'columns', 'top', 'left', 'rowStep', 'columnStep'),
  },
  conv2d: {
    ...pointers('x', 'packed'),
    ...optionals('bias'),
    ...pointers('y'),
    ...integers('B', 'H', 'W', 'K', 'lines', 'segments', 'length'),
    ...integers('xImage', 'xRow', 'xPixel', 'xLine', 'xSegment'),
    ...outputDistances,
  },
  conv2dFilterGrad: {
    ...pointers('x', 'g', 'w'),
    ...integers('B', 'H', 'W', 'K', 'lines', 'length', 'lineColumns'),
    ...integers('xImage', 'xRow', 'xPixel', 'xLine', 'xColumn', 'gPixel', 'wElement'),
  },
  // conv2d/depthwise.ts
  depthwiseConv2d: {
    ...pointers('x', 'w'),
    ...optionals('bias'),
    ...pointers('y'),
    ...images,
    ...integers('rows', 'columns'),
    ...axes,
    ...integers('wRow', 'wTap'),
    ...outputDistances,
  },
  depthwiseFilterGrad: {
    ...pointers('x', 'g', 'partial'),
    ...integers('chunks'),
    ...images,
    ...integers('rows', 'columns'),
    ...axes,
  },
  // conv2d/oneOutput.ts
  sumTaps: {
    ...pointers('products'),
    ...optionals('bias'),
    ...pointers('y'),
    ...integers('B', 'H', 'W', 'rows', 'columns', 'wide'),
    ...taps,
  },
  spreadTaps: { ...pointers('g', 'spread'), ...integers('B', 'H', 'W', 'rows', 'columns'), ...taps },
  // conv2d/winogradConv2d.ts
  winogradFilters: { ...pointers('w', 'U'), ...integers('C', 'K'), ...scratch },
  winogradConv2d: {
    ...pointers('x', 'U'),
    ...optionals('bias'),
    ...pointers('y'),
    ...images,
    ...integers('K', 'rows', 'columns', 'block'),
    ...tiled,
    ...outputDistances,
    ...scratch,
  },
  // conv2d/winogradFilterGrad.ts
  winogradTransforms: {
    ...pointers('x', 'g', 'V', 'T'),
    ...integers('C', 'K', 'rows', 'columns', 'start', 'tiles'),
    ...tiled,
    ...integers('gRows', 'gColumns', 'gImage', 'gRow', 'gPixel'),
    ...scratch,
  },
  winogradSums: { ...pointers('V', 'T', 'M'), ...integers('C', 'K', 'tiles'), ...flags('isFirst') },
  winogradFilterGrad: { ...pointers('M', 'w'), ...integers('C', 'K'), ...scratch },
  // neighbours.ts
  similarNeighbours: { ...pointers('x', 'places'), ...images, ...integers('q', 'P', 'K'), ...scratch },
  gatherNeighbours: { ...pointers('x', 'places', 'y'), ...images, ...integers('q') },
  scatterNeighbours: { ...pointers('x', 'places', 'y'), ...images, ...integers('q') },
  // radialBasis.ts
  radialBasis: {
    ...pointers('x', 'weights', 'centres', 'y'),
    ...integers('rows', 'C', 'J'),
    ...flags('isSlope'),
    ...reals('precision'),
  },
  // batchNorm.ts
  momentChunks: { ...pointers('x', 'means', 'deviations'), ...integers('rows', 'C', 'chunks') },
  joinMoments: {
    ...pointers('means', 'deviations', 'mean', 'variance'),
    ...integers('rows', 'C', 'chunks'),
  },
  inverseDeviations: { ...pointers('variance', 'inverse'), ...integers('C'), ...reals('epsilon') },
  normalize: { ...normalized, ...pointers('y'), ...integers('rows', 'C'), ...flags('relu') },
  gradientChunks: {
    ...pointers('g'),
    ...normalized,
    ...pointers('shifts', 'scales'),
    ...integers('rows', 'C', 'chunks'),
    ...flags('relu'),
  },
  normalizeGrad: {
    ...pointers('g'),
    ...normalized,
    ...pointers('dx', 'dscale', 'dshift'),
    ...integers('rows', 'C'),
    ...flags('relu'),
  },
  // adam.ts
  adam: {
    ...pointers('value', 'gradient', 'm', 'v', 'rate', 'step', 'newValue', 'newM', 'newV'),
    ...integers('n'),
    ...reals('beta1', 'beta2', 'epsilon'),
  },
  // attention/pack.ts
  packPixels: { ...pointers('x', 'to'), ...packing },
  packChannels: { ...pointers('x', 'to'), ...packing, ...integers('width') },
  foldPixels: { ...pointers('from', 'y'), ...packing, ...integers('groups', 'step') },
  // attention/attention.ts
  attention: { ...window, ...attended, ...integers('B'), ...scratch },
  attentionGrad: {
    ...window,
    ...pointers('gZ', 'theta', 'psi', 'g', 'Z', 'logits', 'statistics'),
    ...optionals('gLogits'),
    ...pointers('dtheta', 'dpsi', 'dg'),
    ...optionals('dlogits', 'previous'),
    ...pointers('psiChannels'),
    ...integers('B', 'groups', 'inGroup', 'toColumns'),
    ...scratch,
  },
  // attention/dense.ts
  denseAttention: { ...dense, ...attended, ...integers('B'), ...scratch },
  denseAttentionGrad: {
    ...dense,
    ...pointers('gZ', 'gZPixels', 'theta', 'thetaPixels', 'psi', 'g', 'Z', 'logits', 'statistics'),
    ...optionals('gLogits'),
    ...pointers('dtheta', 'dpsi', 'dg'),
    ...optionals('dlogits', 'previous'),
    ...pointers('psiChannels'),
    ...integers('psiGroup', 'gGroup', 'B', 'groups'),
    ...scratch,
  },
  // attention/lanes/pack.ts
  packLanes: { ...pieces, ...pointers('x', 'to'), ...integers('C', 'r'), ...slab },
  foldLanes: { ...pieces, ...pointers('from', 'y'), ...integers('C', 'r', 'sets', 'setRows'), ...scratch },
  // attention/lanes/attention.ts
  laneAttention: { ...lanes, ...attended, ...slab, ...scratch },
  laneAttentionGrad: {
    ...lanes,
    ...pointers('gZ', 'Z', 'theta', 'psi', 'g', 'logits', 'statistics'),
    ...optionals('gLogits'),
    ...pointers('dtheta', 'dpsi', 'dg'),
    ...optionals('dlogits', 'previous'),
    ...integers('sets', 'setRows'),
    ...scratch,
  },
} as const satisfies { readonly [kernel: string]: { readonly [argument: string]: Kind } };

export type KernelName = keyof typeof kernelTable;

/** The arguments of a kernel and their kinds, in the order in which they are handed over. */
export function argumentsOf(kernel: KernelName): [name: string, kind: Kind][] {
  return Object.entries(kernelTable[kernel]);
}

/**
 * What tells this table, and the numbers beside it, from others (FNV-1a): the compiled kernels export it as that of which they
 * were made.
 */
export const TABLE = fnv1a(JSON.stringify([kernelTable, constants, operationNumbers]));

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash | 0;
}

/** The names of the kernels: they are numbered in this order. */
export const KERNELS = Object.keys(kernelTable) as KernelName[];
