import type { Backend } from '../backend.ts';
import type { GpuMode } from './modes.ts';
import { openMode } from './open.ts';
import { recordingBackend } from './recording.ts';
import { stepwiseBackend } from './stepwise.ts';

export type { OpenMode } from './host.ts';
export { type GpuPlan, type Launches, planForGpu } from './launches.ts';
export { openMode } from './open.ts';
export { type ByHand, recordingBackend } from './recording.ts';

/**
 * Every primitive as a kernel of gpu.js, in one of its four modes.
 *
 * `webgpu` is made for training on a GPU; `headlessgl`, `webasm` and `cpu` run the same kernels where there is none.
 * Throws ModeError where the mode is missing.
 */
export async function gpujsBackend({ mode }: { mode: GpuMode }): Promise<Backend> {
  const open = await openMode(mode);
  return mode === 'webgpu' ? recordingBackend(open) : stepwiseBackend(open);
}
