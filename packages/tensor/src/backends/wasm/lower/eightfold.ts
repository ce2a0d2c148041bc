import { sizeOf } from '../../../shape.ts';
import { type Call, call, type Place, roundUp, type Scratch } from './call.ts';

/** A value [..., K] with zeros behind its channels, so that there are a multiple of 8: itself if there are already. */
export function eightfold({ address, shape }: Place, scratch: Scratch): { address: number; calls: Call[] } {
  const K = shape.at(-1)!;
  const K8 = roundUp(K, 8);
  if (K === K8) return { address, calls: [] };
  const pixels = sizeOf(shape.slice(0, -1));
  const wide = scratch.floats(pixels * K8);
  return { address: wide, calls: [call('PAD_ROWS', address, wide, 1, pixels, K, 0, 0, 0, K8 - K)] };
}
