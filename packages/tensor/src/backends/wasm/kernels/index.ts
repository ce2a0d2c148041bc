// The program's interpreter: every thread walks through the same list of kernel calls and waits for the others after each.

import { adam } from './adam';
import { attention, attentionGrad } from './attention';
import { denseAttention, denseAttentionGrad } from './attentionDense';
import { laneAttention, laneAttentionGrad } from './attentionLanes';
import { foldPixels, packChannels, packPixels } from './attentionPack';
import {
  gradientChunks, inverseDeviations, joinMoments, momentChunks, normalize, normalizeGrad,
} from './batchNorm';
import { conv2d, conv2dFilterGrad, padRows, placeImages } from './conv2d';
import { depthwiseConv2d, depthwiseFilterGrad } from './depthwise';
import { evaluate, fill } from './expression';
import { foldLanes, packLanes } from './lanesPack';
import { matmul, packPanels } from './matmul';
import { spreadTaps, sumTaps } from './oneOutput';
import { gatherNeighbours, scatterNeighbours, similarNeighbours } from './neighbours';
import { radialBasis } from './radialBasis';
import { SPARE_BYTES, useSpare } from './tile';
import { joinChunks, reduceChunks } from './reduce';
import { winogradConv2d, winogradFilterGrad, winogradFilters, winogradSums, winogradTransforms } from './winograd';

export {
  ABS, ADD, CONSTANT, COPY, DIV, EXP, EXPM1, GATHER, GREATER, IN_MEMORY, LOG, MAXIMUM, MINIMUM, MUL, NEG, POW, REGISTER,
  SCALAR, SELECT, SPLAT, SQRT, SUB,
} from './expression';
export { COLUMNS, REGISTER_BYTES, SPARE_BYTES } from './tile';

// What a call names as its kernel.
export const EVALUATE: i32 = 0;
export const FILL: i32 = 1;
export const REDUCE_CHUNKS: i32 = 8;
export const JOIN_CHUNKS: i32 = 9;
export const PACK_PANELS: i32 = 3;
export const MATMUL: i32 = 4;
export const PAD_ROWS: i32 = 5;
export const CONV2D: i32 = 6;
export const CONV2D_FILTER_GRAD: i32 = 7;
export const MOMENT_CHUNKS: i32 = 12;
export const JOIN_MOMENTS: i32 = 13;
export const INVERSE_DEVIATIONS: i32 = 14;
export const NORMALIZE: i32 = 15;
export const GRADIENT_CHUNKS: i32 = 16;
export const NORMALIZE_GRAD: i32 = 17;
export const ADAM: i32 = 18;
export const PACK_PIXELS: i32 = 19;
export const PACK_CHANNELS: i32 = 20;
export const FOLD_PIXELS: i32 = 21;
export const ATTENTION: i32 = 22;
export const ATTENTION_GRAD: i32 = 23;
export const WINOGRAD_FILTERS: i32 = 24;
export const WINOGRAD_CONV2D: i32 = 25;
export const WINOGRAD_TRANSFORMS: i32 = 26;
export const WINOGRAD_SUMS: i32 = 27;
export const WINOGRAD_FILTER_GRAD: i32 = 28;
export const DENSE_ATTENTION: i32 = 29;
export const DENSE_ATTENTION_GRAD: i32 = 30;
export const PACK_LANES: i32 = 31;
export const FOLD_LANES: i32 = 32;
export const LANE_ATTENTION: i32 = 33;
export const LANE_ATTENTION_GRAD: i32 = 34;
export const PLACE_IMAGES: i32 = 35;
export const DEPTHWISE_CONV2D: i32 = 36;
export const DEPTHWISE_FILTER_GRAD: i32 = 37;
export const SUM_TAPS: i32 = 38;
export const SPREAD_TAPS: i32 = 39;
export const SIMILAR_NEIGHBOURS: i32 = 40;
export const GATHER_NEIGHBOURS: i32 = 41;
export const SCATTER_NEIGHBOURS: i32 = 42;
export const RADIAL_BASIS: i32 = 43;

function call(kernel: i32, args: usize, thread: i32, threads: i32): void {
  switch (kernel) {
    case EVALUATE: evaluate(args, thread, threads); break;
    case REDUCE_CHUNKS: reduceChunks(args, thread, threads); break;
    case JOIN_CHUNKS: joinChunks(args, thread, threads); break;
    case FILL: fill(args, thread, threads); break;
    case PACK_PANELS: packPanels(args, thread, threads); break;
    case MATMUL: matmul(args, thread, threads); break;
    case PAD_ROWS: padRows(args, thread, threads); break;
    case CONV2D: conv2d(args, thread, threads); break;
    case CONV2D_FILTER_GRAD: conv2dFilterGrad(args, thread, threads); break;
    case MOMENT_CHUNKS: momentChunks(args, thread, threads); break;
    case JOIN_MOMENTS: joinMoments(args, thread, threads); break;
    case INVERSE_DEVIATIONS: inverseDeviations(args, thread, threads); break;
    case NORMALIZE: normalize(args, thread, threads); break;
    case GRADIENT_CHUNKS: gradientChunks(args, thread, threads); break;
    case NORMALIZE_GRAD: normalizeGrad(args, thread, threads); break;
    case ADAM: adam(args, thread, threads); break;
    case PACK_PIXELS: packPixels(args, thread, threads); break;
    case PACK_CHANNELS: packChannels(args, thread, threads); break;
    case FOLD_PIXELS: foldPixels(args, thread, threads); break;
    case ATTENTION: attention(args, thread, threads); break;
    case ATTENTION_GRAD: attentionGrad(args, thread, threads); break;
    case WINOGRAD_FILTERS: winogradFilters(args, thread, threads); break;
    case WINOGRAD_CONV2D: winogradConv2d(args, thread, threads); break;
    case WINOGRAD_TRANSFORMS: winogradTransforms(args, thread, threads); break;
    case WINOGRAD_SUMS: winogradSums(args, thread, threads); break;
    case WINOGRAD_FILTER_GRAD: winogradFilterGrad(args, thread, threads); break;
    case DENSE_ATTENTION: denseAttention(args, thread, threads); break;
    case DENSE_ATTENTION_GRAD: denseAttentionGrad(args, thread, threads); break;
    case PACK_LANES: packLanes(args, thread, threads); break;
    case FOLD_LANES: foldLanes(args, thread, threads); break;
    case LANE_ATTENTION: laneAttention(args, thread, threads); break;
    case LANE_ATTENTION_GRAD: laneAttentionGrad(args, thread, threads); break;
    case PLACE_IMAGES: placeImages(args, thread, threads); break;
    case DEPTHWISE_CONV2D: depthwiseConv2d(args, thread, threads); break;
    case DEPTHWISE_FILTER_GRAD: depthwiseFilterGrad(args, thread, threads); break;
    case SUM_TAPS: sumTaps(args, thread, threads); break;
    case SPREAD_TAPS: spreadTaps(args, thread, threads); break;
    case SIMILAR_NEIGHBOURS: similarNeighbours(args, thread, threads); break;
    case GATHER_NEIGHBOURS: gatherNeighbours(args, thread, threads); break;
    case SCATTER_NEIGHBOURS: scatterNeighbours(args, thread, threads); break;
    case RADIAL_BASIS: radialBasis(args, thread, threads); break;
    default: unreachable();
  }
}

/** Added to a kernel's number: the call is too small to be shared, and thread 0 does it alone. */
export const ALONE: i32 = 256;

/**
 * Runs this thread's share of a program: a list of calls [kernel, number of arguments, arguments …] of 32-bit words,
 * closed by kernel -1. `sync` points at three words, zero at first: threads that have arrived, generation, failure;
 * `spare` at SPARE_BYTES for each thread, also zero.
 *
 * Between two calls all threads wait for each other, unless thread 0 does both of them alone.
 */
export function execute(program: usize, sync: usize, spare: usize, thread: i32, threads: i32): void {
  useSpare(spare + <usize>(thread * SPARE_BYTES));
  let at = program;
  let kernel = load<i32>(at);
  while (kernel >= 0) {
    const alone = kernel >= ALONE;
    if (!alone) call(kernel, at + 8, thread, threads);
    else if (thread == 0) call(kernel - ALONE, at + 8, 0, 1);
    at += 8 + (<usize>load<i32>(at, 4) << 2);
    // Read before the barrier: behind the last one the main thread may already write the next program.
    kernel = load<i32>(at);
    if (!(alone && kernel >= ALONE)) barrier(sync, threads);
  }
}

/** Looks for the others before going to sleep: about 0.1 ms, twice as long as falling asleep and waking up take. */
const SPINS: i32 = 50000;
/** Nanoseconds of sleep between two looks at the failure flag. */
const PATIENCE: i64 = 1_000_000_000;

/** Waits until all threads have come here. Traps if another one has failed. */
function barrier(sync: usize, threads: i32): void {
  if (threads == 1) return;
  const generation = atomic.load<i32>(sync, 4);
  if (atomic.add<i32>(sync, 1) == threads - 1) {
    atomic.store<i32>(sync, 0);
    atomic.add<i32>(sync, 1, 4);
    atomic.notify(sync + 4, -1);
    return;
  }
  let spins = 0;
  while (atomic.load<i32>(sync, 4) == generation) {
    if (++spins < SPINS) continue;
    if (atomic.load<i32>(sync, 8) != 0) unreachable();
    atomic.wait<i32>(sync + 4, generation, PATIENCE);
  }
}
