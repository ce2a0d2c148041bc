import { Random } from '@nlrn/tensor';
import { type Plane, sharedPlane } from '../src/plane.ts';

/** A plane of uniform numbers in 0 … 255. */
export function randomPlane(width: number, height: number, seed = 0): Plane {
  const random = new Random(seed);
  const plane = sharedPlane(width, height);
  for (let i = 0; i < plane.data.length; i++) plane.data[i] = 255 * random.uniform();
  return plane;
}
