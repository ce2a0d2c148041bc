import { GPU } from 'gpu.js';
import { host } from '#gpujs/host';
import { lookUp } from '../../lookUp.ts';
import { limitsOf } from './adapter.ts';
import type { OpenMode } from './host.ts';
import type { GpuMode } from './modes.ts';

const OPENERS: Readonly<Record<GpuMode, () => Promise<OpenMode>>> = {
  webgpu: openWebGPU,
  headlessgl: () => host.openHeadlessGL(),
  webasm: async () => openOnProcessor('webasm', 'WebAssembly'),
  cpu: async () => openOnProcessor('cpu', 'JavaScript'),
};

/** Opens a mode of gpu.js. Throws ModeError, with the remedy, where it is missing. */
export function openMode(mode: GpuMode): Promise<OpenMode> {
  return lookUp(OPENERS, mode, 'mode of gpu.js')();
}

async function openWebGPU(): Promise<OpenMode> {
  const { adapter, device } = await host.openDevice();
  return { mode: 'webgpu', gpu: new GPU({ mode: 'webgpu' }), adapter, limits: limitsOf(device), device };
}

function openOnProcessor(mode: 'webasm' | 'cpu', language: string): OpenMode {
  const adapter = { name: 'this processor', driver: language, software: true };
  return { mode, gpu: new GPU({ mode }), adapter, limits: {} };
}
