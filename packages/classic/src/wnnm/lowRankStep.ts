import { type Aggregate, addBlock, squareWindow } from '../aggregate.ts';
import { type Groups, pixelRowsOfBand, rowsOfBand } from '../groups.ts';
import type { Plane } from '../plane.ts';
import { LowRank } from './lowRank.ts';

/** The groups of an iteration of WNNM, and where their patches go. */
export interface LowRankStep {
  readonly groups: Groups;
  readonly noisy: Plane;
  /** What is denoised in this iteration */
  readonly estimate: Plane;
  /** Deviation of the noise of `noisy`, 0-255 scale */
  readonly sigma: number;
  /** Share of the noise that is reckoned with; undefined while the estimate is the noisy image itself */
  readonly lambda: number | undefined;
  readonly aggregate: Aggregate;
  /** Of `lowRankModule` */
  readonly module: WebAssembly.Module;
}

/** Patches weigh the same, and so do their pixels. */
export function flatWindow({ block }: Groups): Float64Array {
  return new Float64Array(block).fill(1);
}

/** Approximates the groups of a band, and adds their patches up. */
export function prepareLowRankStep(step: LowRankStep): (band: number) => void {
  const { groups, noisy, estimate, aggregate } = step;
  const { width, height, data } = estimate;
  const { columns, counts, places, size, block } = groups;
  const area = block * block;
  const window = squareWindow(flatWindow(groups));
  const lowRank = new LowRank(step.module, Math.min(area, size), Math.max(area, size));
  const mean = new Float64Array(area);
  const patch = new Float64Array(area);
  const inPatch = Int32Array.from({ length: area }, (_, i) => Math.floor(i / block) * width + (i % block));

  /** λ sqrt(|sigma² - mean((noisy - estimate)²)|), squared: what of the noise is left at a patch. */
  function variance(place: number): number {
    if (step.lambda === undefined) return step.sigma ** 2;
    let sum = 0;
    for (let i = 0; i < area; i++)
      sum += (noisy.data[place + inPatch[i]!]! - data[place + inPatch[i]!]!) ** 2;
    return step.lambda ** 2 * Math.abs(step.sigma ** 2 - sum / area);
  }

  function filterGroup(reference: number, origin: number): void {
    const n = counts[reference]!;
    const first = reference * size;
    // The shorter side of the matrix is its columns, whichever that is: patches or pixels.
    const [M, L] = n < area ? [n, area] : [area, n];
    const stride = LowRank.strideOf(M);
    const [ofPatch, ofPixel] = n < area ? [1, stride] : [stride, 1];
    const X = lowRank.matrix;
    mean.fill(0);
    for (let k = 0; k < n; k++) {
      const place = places[first + k]!;
      for (let i = 0; i < area; i++) {
        const value = data[place + inPatch[i]!]!;
        X[k * ofPatch + i * ofPixel] = value;
        mean[i]! += value;
      }
    }
    for (let i = 0; i < area; i++) mean[i]! /= n;
    for (let k = 0; k < n; k++) for (let i = 0; i < area; i++) X[k * ofPatch + i * ofPixel]! -= mean[i]!;
    lowRank.approximate(M, L, n, variance(places[first]!));
    for (let k = 0; k < n; k++) {
      for (let i = 0; i < area; i++) patch[i] = X[k * ofPatch + i * ofPixel]! + mean[i]!;
      addBlock(aggregate, places[first + k]! - origin, width, 1, window, patch, 0, block);
    }
  }

  return (band) => {
    const { from, to } = rowsOfBand(groups, band);
    const origin = pixelRowsOfBand(groups, band, height).from * width - band * aggregate.bandLength;
    for (let r = from; r < to; r++) {
      for (let c = 0; c < columns.length; c++) filterGroup(r * columns.length + c, origin);
    }
  };
}
