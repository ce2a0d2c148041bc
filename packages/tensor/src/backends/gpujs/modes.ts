import { BackendError } from '../backendError.ts';

/** The modes of gpu.js, a real GPU's first. */
export const GPU_MODES = ['webgpu', 'headlessgl', 'webasm', 'cpu'] as const;
/** The name of one of them. */
export type GpuMode = (typeof GPU_MODES)[number];

/** What computes behind a mode. */
export interface Adapter {
  /** `nvidia-h200`, or `this processor` */
  readonly name: string;
  /** How it is reached: `Vulkan, NVIDIA: 580.159.03` */
  readonly driver: string;
  /** True unless a GPU is known to stand behind it */
  readonly software: boolean;
  /** Whether products can be computed on matrix units, see `hasMatrixUnits` */
  readonly matrixUnits?: boolean;
}

/** A mode that this machine does not have: what is missing, and what to do about it. */
export class ModeError extends BackendError {
  override name = 'ModeError';
  readonly fault: string;
  readonly remedy: string;

  constructor(mode: GpuMode, fault: string, remedy: string, options?: ErrorOptions) {
    super(`gpu.js mode ${mode}: ${fault}; ${remedy}`, options);
    this.fault = fault;
    this.remedy = remedy;
  }
}

/** The remedy for a driver that fails. */
export const UPDATE_DRIVER = 'update the graphics driver, or do without this mode';

/** The remedy for a program that is too large. */
export const ADVICE = 'take a smaller batch, patch or image, or the backend wasm';
