/// <reference types="@webgpu/types" />
import type { GPU } from 'gpu.js';
import type { Adapter, GpuMode } from './modes.ts';

/** GPUDevice, or any object for a program without the types of WebGPU: the packed types do not bring these along. */
type Device = typeof globalThis extends { GPUDevice: { prototype: infer D } } ? D : object;

/** A mode that is ready to make kernels. */
export interface OpenMode {
  readonly mode: GpuMode;
  readonly gpu: GPU;
  readonly adapter: Adapter;
  /** What kernels may be as large as: WebGPU's limits by their names, or `maxTextureSize`, a side in pixels */
  readonly limits: Readonly<Record<string, number>>;
  /** Of mode webgpu alone: our own device, all limits raised to the adapter's. */
  readonly device?: Device;
}

/** A device of WebGPU, and what computes behind it. */
export interface OpenDevice {
  readonly adapter: Adapter;
  readonly device: Device;
}

/** What the modes need of where they run: Node (`node/host.ts`) or a page (`page/host.ts`), see `#gpujs/host`. */
export interface GpuHost {
  /** The device that all of mode webgpu shares, opened again when it was lost. Throws ModeError where there is none. */
  openDevice(): Promise<OpenDevice>;
  /** Mode headlessgl. Throws ModeError, with the remedy, where it is missing. */
  openHeadlessGL(): Promise<OpenMode>;
}
