/// <reference types="@webgpu/types" />
import { adapterOf, requestDevice } from '../adapter.ts';
import type { OpenDevice } from '../host.ts';
import { ModeError } from '../modes.ts';
import { held } from './held.ts';
import { isMissing } from './missingPackage.ts';

/** A way to a GPU that Dawn knows: its flags, and what to ask for. */
interface Route {
  readonly name: string;
  readonly flags: readonly string[];
  readonly options: GPURequestAdapterOptions;
}

const OPENGL = 'OpenGL';

/**
 * The way that is Dawn's own on this system; on Linux OpenGL as well, where there is no Vulkan driver: with fewer
 * limits (buffers of 128 MiB), but Mesa's serves machines without a GPU.
 */
const ROUTES: readonly Route[] = [
  { name: nativeApi(), flags: [], options: {} },
  ...(process.platform === 'linux'
    ? [{ name: OPENGL, flags: ['backend=opengl'], options: { featureLevel: 'compatibility' } }]
    : []),
];

/** Browsers round GPU times to 65 us, to hide what a page could learn from them; and matrix units are an experiment of Dawn's. */
const FLAGS = ['disable-dawn-features=timestamp_quantization', 'enable-dawn-features=allow_unsafe_apis'];

/**
 * The device that all of mode webgpu shares. Throws ModeError, with the remedy, where there is none; it is tried anew when it
 * is next asked for.
 */
export async function openSharedDevice(): Promise<OpenDevice> {
  held().dawn ??= openDawn().catch((error) => {
    held().dawn = undefined;
    throw error;
  });
  const opened = await held().dawn!;
  shareWithGpuJs(opened.device);
  return opened;
}

async function openDawn(): Promise<OpenDevice> {
  const { create, globals } = await import('webgpu').catch((error: Error) => {
    if (isMissing('webgpu', error))
      throw new ModeError('webgpu', 'the npm package webgpu is not installed', 'install it');
    const fault = `the npm package webgpu has no binary that loads here (${error.message.split('\n')[0]})`;
    throw new ModeError('webgpu', fault, 'it needs x64 or arm64, and on Linux glibc 2.34 or newer');
  });
  for (const [name, value] of Object.entries(globals)) {
    if (!(name in globalThis)) Object.defineProperty(globalThis, name, { value, configurable: true });
  }
  useSurfaceless();
  for (const { name, flags, options } of ROUTES) {
    if (name === OPENGL && held().openGL === 'headlessgl') continue;
    const dawn = create([...FLAGS, ...flags]);
    const adapter = await dawn.requestAdapter({ powerPreference: 'high-performance', ...options });
    held().kept.push(dawn, adapter);
    if (!adapter) continue;
    if (name === OPENGL) held().openGL = 'webgpu';
    const device = await requestDevice(adapter);
    held().kept.push(device);
    void device.lost.then(() => {
      held().dawn = undefined;
    });
    return { adapter: adapterOf(adapter, device, name), device };
  }
  throw new ModeError('webgpu', 'no GPU driver was found', DRIVER_REMEDY);
}

/** Makes gpu.js take our device, when it asks the way a page does, for one with default limits. */
function shareWithGpuJs(device: GPUDevice): void {
  const { limits, features } = device;
  const adapter = { limits, features, requestDevice: async () => device };
  // Node 20 has no navigator.
  globalThis.navigator ??= {} as Navigator;
  Object.defineProperty(globalThis.navigator, 'gpu', {
    value: { requestAdapter: async () => adapter },
    configurable: true,
  });
}

/** Without a screen Mesa's EGL starts only when it is told that none is needed. */
function useSurfaceless(): void {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (!DISPLAY && !WAYLAND_DISPLAY) process.env.EGL_PLATFORM ??= 'surfaceless';
}

function nativeApi(): string {
  if (process.platform === 'darwin') return 'Metal';
  return process.platform === 'win32' ? 'Direct3D 12' : 'Vulkan';
}

const DRIVER_REMEDY =
  process.platform === 'linux'
    ? "install the graphics card's driver and Vulkan's loader (Debian: libvulkan1); without a card, Mesa's " +
      'imitation serves for tests (Debian: libegl1 libegl-mesa0 libgl1-mesa-dri)'
    : "install the graphics card's driver";
