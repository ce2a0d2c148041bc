import type { Backend } from '../backend.ts';
import { subgroupMatrices } from './lower/byHand/matrices.ts';
import { type GpuMode, ModeError } from './modes.ts';
import { openMode } from './open.ts';
import { recordingBackend } from './recording.ts';
import { stepwiseBackend } from './stepwise.ts';

export type { OpenMode } from './host.ts';
export { type GpuPlan, type Launches, planForGpu } from './launches.ts';
export { type Matrices, subgroupMatrices } from './lower/byHand/matrices.ts';
export { openMode } from './open.ts';
export { type ByHandUse, type RecordingOptions, recordingBackend } from './recording.ts';

/** How exact products are: with factors in float32, or rounded to float16; sums are float32. */
export type Precision = 'float32' | 'mixed';

/**
 * Every primitive as a kernel of gpu.js, in one of its four modes.
 *
 * `webgpu` is made for training on a GPU; `headlessgl`, `webasm` and `cpu` run the same kernels where there is none.
 * With precision `mixed` large products are computed on a graphics card's matrix units (`lower/byHand/inMatrices.ts`); all else, and
 * what is stored, stays float32.
 * Throws ModeError where the mode is missing, or has no matrix units and is asked for them.
 */
export async function gpujsBackend({
  mode,
  precision = 'float32',
}: {
  mode: GpuMode;
  precision?: Precision;
}): Promise<Backend> {
  const open = await openMode(mode);
  if (precision === 'mixed' && !open.adapter.matrixUnits) {
    throw new ModeError(mode, `${open.adapter.name} offers no matrix units for precision mixed`, WITHOUT);
  }
  if (mode !== 'webgpu') return stepwiseBackend(open);
  return recordingBackend(open, { matrices: precision === 'mixed' ? subgroupMatrices : undefined });
}

const WITHOUT = "take float32, or a driver with Vulkan's cooperative matrices";
