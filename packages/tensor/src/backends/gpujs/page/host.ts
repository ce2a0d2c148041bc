/// <reference types="@webgpu/types" />
import { adapterOf, requestDevice } from '../adapter.ts';
import type { GpuHost, OpenDevice } from '../host.ts';
import { ModeError } from '../modes.ts';

let opened: Promise<OpenDevice> | undefined;

/** A page: WebGPU is the browser's own. */
export const host: GpuHost = {
  openDevice() {
    opened ??= openDevice().catch((error) => {
      opened = undefined;
      throw error;
    });
    return opened;
  },
  async openHeadlessGL() {
    throw new ModeError('headlessgl', 'it is for Node alone', 'use mode webgpu');
  },
};

async function openDevice(): Promise<OpenDevice> {
  // Where the browser has none, or the page is not a secure one, it is undefined.
  const browsers = navigator.gpu as GPU | undefined;
  const adapter = await browsers?.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw new ModeError('webgpu', 'this browser offers no graphics card', REMEDY);
  const device = await requestDevice(adapter);
  void device.lost.then(() => {
    opened = undefined;
  });
  return { adapter: adapterOf(adapter, device, 'the browser'), device };
}

const REMEDY = 'serve the page over https or from localhost, and switch graphics acceleration on';
