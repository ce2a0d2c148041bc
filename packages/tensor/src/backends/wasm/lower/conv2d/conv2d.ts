import { type PerAxis, type Phase, phasesOf, windowsOf } from '../../../../primitives/slidingWindow.ts';
import { type Call, call, elementAt, type Lowerings, type Place, type Scratch } from '../call.ts';
import { padChannels, wholeTiles } from '../wholeTiles.ts';
import { depthwiseConv2d, depthwiseFilterGrad, isDepthwise } from './depthwise.ts';
import { from, gridOf, outputDistances, type PixelGrid, placed, withBorder } from './images.ts';
import { hasOneOutput, oneOutputConv2d, oneOutputFilterGrad } from './oneOutput.ts';
import { suitsWinograd, winogradConv2d, winogradFilterGrad } from './winograd.ts';

/** A convolution is done phase by phase; each by Winograd's method, by the sum of a channel alone, or by tiles. */
export const conv2dLowerings: Lowerings<'conv2d' | 'conv2dFilterGrad'> = {
  conv2d([x, w, bias], [y], { groups, ...geometry }, scratch) {
    const phases = phasePairs(y, w, geometry);
    if (isDepthwise(w.shape, groups)) {
      return phases.map((phase) => depthwiseConv2d(x, w, bias, y, phase));
    }
    if (hasOneOutput(w.shape, groups, phases[0]!)) return oneOutputConv2d(x, w, bias, y, phases[0]!, scratch);
    const isFast = (phase: PerAxis<Phase>) => suitsWinograd(w.shape, groups, phase);
    const fast = phases.filter(isFast).flatMap((phase) => {
      const { taps, calls } = tapsOf(w, phase, scratch);
      return [...calls, ...winogradConv2d(x, taps, bias, gridOf(y, phase), phase, scratch)];
    });
    const slow = phases.filter((phase) => !isFast(phase));
    const { seen, calls } = withBorder(x, slow, scratch);
    const tiled = slow.flatMap((phase) => {
      const { taps, calls } = tapsOf(w, phase, scratch);
      return [...calls, ...tiledConv2d(x, seen, taps, bias, gridOf(y, phase), phase, groups, scratch)];
    });
    return [...fast, ...calls, ...tiled];
  },

  conv2dFilterGrad([x, g], [w], { height, width, groups, ...rest }, scratch) {
    const [phase] = phasePairs(g, w, { ...rest, inputDilation: [1, 1] });
    if (isDepthwise(w.shape, groups)) return depthwiseFilterGrad(x, g, w, phase!, scratch);
    if (hasOneOutput(w.shape, groups, phase!)) return oneOutputFilterGrad(x, g, w, phase!, scratch);
    if (suitsWinograd(w.shape, groups, phase!)) return winogradFilterGrad(x, g, w, phase!, scratch);
    return tiledFilterGrad(x, g, w, phase!, groups, scratch);
  },
};

/** The phases of rows with those of columns. */
function phasePairs(y: Place, w: Place, geometry: Parameters<typeof windowsOf>[1]): PerAxis<Phase>[] {
  const [rows, columns] = windowsOf([w.shape[0]!, w.shape[1]!], geometry);
  const along = phasesOf(y.shape[2]!, columns);
  return phasesOf(y.shape[1]!, rows).flatMap((phase) => along.map((other) => [phase, other] as const));
}

/** The filters [height, width, C, K] with the taps of a phase alone: themselves if it has all. */
function tapsOf(w: Place, [rows, columns]: PerAxis<Phase>, scratch: Scratch): { taps: Place; calls: Call[] } {
  const [height, width, C, K] = w.shape as [number, number, number, number];
  const shape = [rows.taps, columns.taps, C, K];
  if (rows.taps === height && columns.taps === width) return { taps: w, calls: [] };
  if (rows.taps * columns.taps === 0) return { taps: { ...w, shape }, calls: [] };
  const taps = { ...w, address: scratch.floats(rows.taps * columns.taps * C * K), shape };
  // Taps are laid out as the pixels of an image are.
  const image = { ...w, shape: [1, height, width, C * K] };
  const origin = [rows.tap, columns.tap] as const;
  const step = [rows.tapStep, columns.tapStep] as const;
  const chosen = placed(image, taps.address, { rows: rows.taps, columns: columns.taps, origin, step });
  return { taps, calls: [chosen] };
}

/** How a filter [height, width, C] lies in an image: lines of segments, each of `length` numbers side by side. */
function linesOf([height, width, C]: readonly number[], seen: PixelGrid, [rows, columns]: PerAxis<Phase>) {
  const [row, column] = [rows.dilation * seen.row, columns.dilation * seen.pixel];
  // Are a row's taps neighbours, and all channels seen?
  if (column === C) return { lines: 1, segments: height!, length: width! * C, xLine: 0, xSegment: row };
  return { lines: height!, segments: width!, length: C!, xLine: row, xSegment: column };
}

function tiledConv2d(
  x: Place,
  seen: PixelGrid,
  w: Place,
  bias: Place | undefined,
  y: PixelGrid,
  phase: PerAxis<Phase>,
  groups: number,
  scratch: Scratch,
): Call[] {
  const [rows, columns] = phase;
  const [height, width, C, K] = w.shape as [number, number, number, number];
  const taps = height * width * C;
  const filter = taps === 0 ? NOTHING : linesOf(w.shape, seen, phase);
  const start = taps === 0 ? seen : from(seen, rows.origin, columns.origin);
  const own = K / groups;
  const sizes = { B: x.shape[0]!, H: y.rows, W: y.columns, K: own };
  return Array.from({ length: groups }, (_, group) => {
    const packed = scratch.floats(wholeTiles(own) * taps);
    const first = group * own;
    return [
      call('packPanels', { b: elementAt(w, first), packed, K: taps, N: own, kStride: K, nStride: 1 }),
      call('conv2d', {
        x: elementAt(start, group * C),
        packed,
        bias: bias && elementAt(bias, first),
        y: elementAt(y, first),
        ...sizes,
        ...filter,
        ...seenDistances(seen, phase),
        ...outputDistances(y),
      }),
    ];
  }).flat();
}

/** From what the first tap of a phase's output sees to what the next image's, row's and pixel's does. */
function seenDistances({ image, row, pixel }: PixelGrid, [rows, columns]: PerAxis<Phase>) {
  return { xImage: image, xRow: rows.stride * row, xPixel: columns.stride * pixel };
}

/** The lines of a filter without taps, whose outputs are the bias. */
const NOTHING = { lines: 1, segments: 0, length: 1, xLine: 0, xSegment: 0 };

function tiledFilterGrad(
  x: Place,
  g: Place,
  w: Place,
  phase: PerAxis<Phase>,
  groups: number,
  scratch: Scratch,
): Call[] {
  const [rows, columns] = phase;
  const [C, K] = w.shape.slice(2) as [number, number];
  const { seen, calls } = withBorder(x, [phase], scratch);
  const { lines, segments, length, xLine, xSegment } = linesOf(w.shape, seen, phase);
  const start = from(seen, rows.origin, columns.origin);
  // The kernel reads g whole tiles wide.
  const wide = padChannels(g, scratch);
  const own = K / groups;
  const [B, H, W] = g.shape as [number, number, number, number];
  const sizes = { B, H, W, K: own, lines: lines * segments, length, lineColumns: segments };
  const distances = { ...seenDistances(seen, phase), xLine, xColumn: xSegment };
  const sums = Array.from({ length: groups }, (_, group) =>
    call('conv2dFilterGrad', {
      x: elementAt(start, group * C),
      g: elementAt(wide, group * own),
      w: elementAt(w, group * own),
      ...sizes,
      ...distances,
      gPixel: wholeTiles(K),
      wElement: K,
    }),
  );
  return [...calls, ...wide.calls, ...sums];
}
