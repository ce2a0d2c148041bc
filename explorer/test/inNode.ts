import { join } from 'node:path';
import { bm3dAround } from '@nlrn/classic';
import { WEIGHTS } from '@nlrn/cli';
import type { Image } from '@nlrn/data';
import { loadWeights } from '@nlrn/networks';
import { createRestorer } from '@nlrn/nn';
import { wasmBackend } from '@nlrn/tensor';
import * as assert from 'uvu/assert';

/** Float32, computed by the same kernels. */
export const TOLERANCE = 1e-5;

/** The network that computes fastest. */
export const SMALL_MODEL = 'nlrn-laptop-s25';

/** What Node makes of an image by the small network, or by other weights. */
export async function inNode(
  noisy: Image,
  sigma: number,
  weights = join(WEIGHTS, `${SMALL_MODEL}.safetensors`),
): Promise<Image> {
  const { network, noise } = loadWeights(weights);
  const backend = await wasmBackend({ threads: 1 });
  const restore = createRestorer(network, backend, { trained: noise });
  const restored = await bm3dAround(restore, noisy, { sigma, threads: 1 });
  await backend.dispose();
  return restored;
}

export function assertNear(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance = TOLERANCE,
): void {
  assert.is(actual.length, expected.length);
  const largest = Array.from(actual).reduce(
    (most, value, i) => Math.max(most, Math.abs(value - expected[i]!)),
    0,
  );
  assert.ok(largest < tolerance, `differs by ${largest}`);
}
