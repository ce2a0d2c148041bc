import type { GpuHost } from '../host.ts';
import { openSharedDevice } from './dawn.ts';
import { openHeadlessGL } from './headlessGl.ts';

/** Node: WebGPU by the npm package webgpu, OpenGL by the npm package gl. */
export const host: GpuHost = { openDevice: openSharedDevice, openHeadlessGL };
