/// <reference types="@webgpu/types" />
import { createRequire } from 'node:module';
import { GPU, HeadlessGLKernel } from 'gpu.js';
import { lookUp } from '../../lookUp.ts';
import { type Adapter, type GpuMode, ModeError, UPDATE_DRIVER } from './modes.ts';

export { type Adapter, GPU_MODES, type GpuMode, ModeError } from './modes.ts';

/** A mode that is ready to make kernels. */
export interface OpenMode {
  readonly mode: GpuMode;
  readonly gpu: GPU;
  readonly adapter: Adapter;
  /** What kernels may be as large as: WebGPU's limits by their names, or `maxTextureSize`, a side in pixels */
  readonly limits: Readonly<Record<string, number>>;
  /** Of mode webgpu alone: our own device, all limits raised to the adapter's, which gpu.js's kernels share. */
  readonly device?: GPUDevice;
}

const OPENERS: Readonly<Record<GpuMode, () => Promise<OpenMode>>> = {
  webgpu: openWebGPU,
  headlessgl: openHeadlessGL,
  webasm: async () => openOnProcessor('webasm', 'WebAssembly'),
  cpu: async () => openOnProcessor('cpu', 'JavaScript'),
};

/** Opens a mode of gpu.js. Throws ModeError, with the remedy, where it is missing. */
export function openMode(mode: GpuMode): Promise<OpenMode> {
  return lookUp(OPENERS, mode, 'mode of gpu.js')();
}

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

/** Browsers round GPU times to 65 us, to hide what a page could learn from them. */
const FLAGS = ['disable-dawn-features=timestamp_quantization'];

/** Limits that kernels profit from; a device has the specification's small defaults unless they are asked for. */
const RAISED_LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
] as const;

/** Features that are switched on where the adapter has them. */
const FEATURES: readonly GPUFeatureName[] = ['shader-f16', 'subgroups', 'timestamp-query'];

/** What a process has open, for all copies of this module. */
interface Held {
  /** Dawn's objects stay reachable for good: when V8 collects its entry point, the process hangs or crashes. */
  readonly kept: unknown[];
  /** The device that all of mode webgpu shares; undefined again once it is lost */
  dawn?: Promise<Dawn> | undefined;
  /** Who uses OpenGL: two of them in one process end it with an X error */
  openGL?: 'webgpu' | 'headlessgl';
}

interface Dawn {
  readonly adapter: Adapter;
  readonly device: GPUDevice;
}

const shared = globalThis as { nlrnHeld?: Held };
shared.nlrnHeld ??= { kept: [] };
const held = shared.nlrnHeld;

async function openWebGPU(): Promise<OpenMode> {
  held.dawn ??= openDawn();
  const { adapter, device } = await held.dawn;
  shareWithGpuJs(device);
  const limits = limitsOf(device);
  return { mode: 'webgpu', gpu: new GPU({ mode: 'webgpu' }), adapter, limits, device };
}

async function openDawn(): Promise<Dawn> {
  const { create, globals } = await import('webgpu').catch((error: Error) => {
    const fault = `the npm package webgpu has no binary that loads here (${error.message.split('\n')[0]})`;
    throw new ModeError('webgpu', fault, 'it needs x64 or arm64, and on Linux glibc 2.34 or newer');
  });
  for (const [name, value] of Object.entries(globals)) {
    if (!(name in globalThis)) Object.defineProperty(globalThis, name, { value, configurable: true });
  }
  useSurfaceless();
  for (const { name, flags, options } of ROUTES) {
    if (name === OPENGL && held.openGL === 'headlessgl') continue;
    const dawn = create([...FLAGS, ...flags]);
    const adapter = await dawn.requestAdapter({ powerPreference: 'high-performance', ...options });
    held.kept.push(dawn, adapter);
    if (!adapter) continue;
    if (name === OPENGL) held.openGL = 'webgpu';
    const device = await requestDevice(adapter);
    held.kept.push(device);
    void device.lost.then(() => {
      held.dawn = undefined;
    });
    return { adapter: describeAdapter(adapter.info, name), device };
  }
  throw new ModeError('webgpu', 'no GPU driver was found', DRIVER_REMEDY);
}

function requestDevice(adapter: GPUAdapter): Promise<GPUDevice> {
  const requiredFeatures = FEATURES.filter((feature) => adapter.features.has(feature));
  return adapter.requestDevice({ requiredFeatures, requiredLimits: limitsOf(adapter) }).catch((error) => {
    throw new ModeError('webgpu', `the driver gives no device (${error.message})`, UPDATE_DRIVER);
  });
}

function limitsOf({ limits }: GPUAdapter | GPUDevice): Record<string, number> {
  return Object.fromEntries(RAISED_LIMITS.map((name) => [name, limits[name]]));
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

type AdapterInfo = Pick<
  GPUAdapterInfo,
  'vendor' | 'architecture' | 'device' | 'description' | 'isFallbackAdapter'
>;

/** An adapter in words. OpenGL drivers name themselves `llvmpipe-llvm-15-…` in `device`, Vulkan's in `description`. */
export function describeAdapter(info: AdapterInfo, api: string): Adapter {
  const name = info.device.replace(/-+$/, '') || `${info.vendor} ${info.architecture}`.trim() || 'unnamed';
  const driver = info.description.startsWith(api) ? info.description : `${api}, ${info.description}`;
  return { name, driver, software: isSoftware(info) };
}

/** Rasterisers on the processor: Chromium's, Mesa's three, and Windows' own; not all of them say that they are. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|softpipe|basic render|software/i;

function isSoftware({ vendor, architecture, device, description, isFallbackAdapter }: AdapterInfo): boolean {
  return isFallbackAdapter || SOFTWARE.test([vendor, architecture, device, description].join(' '));
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

/** In this mode a kernel is a draw call on textures, through the npm package gl. */
async function openHeadlessGL(): Promise<OpenMode> {
  const fault = loadFaultOfGl();
  if (fault) throw new ModeError('headlessgl', fault, GL_REMEDY);
  if (held.openGL === 'webgpu') {
    throw new ModeError('headlessgl', 'mode webgpu uses OpenGL in this process', 'use one of the two');
  }
  if (!GPU.isHeadlessGLSupported) {
    throw new ModeError(
      'headlessgl',
      'OpenGL has no screen to open a context on',
      'run under `xvfb-run -a` (Debian: xvfb xauth libgl1-mesa-dri) or on a desktop',
    );
  }
  held.openGL = 'headlessgl';
  // The package hides the driver's name, so that a real GPU cannot be told from Mesa.
  const adapter = { name: 'OpenGL', driver: 'npm package gl', software: true };
  const { maxTextureSize } = HeadlessGLKernel.features;
  return { mode: 'headlessgl', gpu: new GPU({ mode: 'headlessgl' }), adapter, limits: { maxTextureSize } };
}

const GL_REMEDY =
  'compile it by `npx -y pnpm@12 build:gl`, which needs a C++ compiler, make, Python 3 ' +
  '(Debian: g++ make python3 pkg-config libx11-dev libxext-dev libxi-dev)';

/** Why the package gl does not load; undefined if it does. gpu.js says only that it is not there. */
function loadFaultOfGl(): string | undefined {
  const require = createRequire(import.meta.url);
  try {
    createRequire(require.resolve('gpu.js'))('gl');
    return undefined;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'MODULE_NOT_FOUND') return 'the npm package gl is not installed (`npx -y pnpm@12 install`)';
    if (message.includes('Could not locate the bindings file')) return 'the npm package gl is not compiled';
    return `the npm package gl does not load (${message.split('\n')[0]})`;
  }
}

function openOnProcessor(mode: 'webasm' | 'cpu', language: string): OpenMode {
  const adapter = { name: 'this processor', driver: language, software: true };
  return { mode, gpu: new GPU({ mode }), adapter, limits: {} };
}
