import { sizeOf } from '../../../shape.ts';
import { COLUMNS } from '../kernels/constants.ts';
import { type Call, call, type Place, roundUp, type Scratch } from './call.ts';

/** `count` columns rounded up to whole tiles. */
export function wholeTiles(count: number): number {
  return roundUp(count, COLUMNS);
}

/** A value [..., K] with zeros behind its channels, so that they fill whole tiles: itself if they do already. */
export function padChannels({ address, shape }: Place, scratch: Scratch): { address: number; calls: Call[] } {
  const K = shape.at(-1)!;
  const Kp = wholeTiles(K);
  if (K === Kp) return { address, calls: [] };
  const pixels = sizeOf(shape.slice(0, -1));
  const wide = scratch.floats(pixels * Kp);
  return {
    address: wide,
    calls: [call('padChannels', { x: address, padded: wide, pixels, C: K, width: Kp })],
  };
}
