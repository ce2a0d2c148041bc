/// <reference types="@webgpu/types" />
import { type Adapter, ModeError, UPDATE_DRIVER } from './modes.ts';

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

/** The device of an adapter. Throws ModeError if there is none. */
export function requestDevice(adapter: GPUAdapter): Promise<GPUDevice> {
  const requiredFeatures = FEATURES.filter((feature) => adapter.features.has(feature));
  return adapter.requestDevice({ requiredFeatures, requiredLimits: limitsOf(adapter) }).catch((error) => {
    throw new ModeError('webgpu', `the driver gives no device (${error.message})`, UPDATE_DRIVER);
  });
}

/** The limits of RAISED_LIMITS. */
export function limitsOf({ limits }: GPUAdapter | GPUDevice): Record<string, number> {
  return Object.fromEntries(RAISED_LIMITS.map((name) => [name, limits[name]]));
}

type AdapterInfo = Pick<
  GPUAdapterInfo,
  'vendor' | 'architecture' | 'device' | 'description' | 'isFallbackAdapter'
>;

/** An adapter in words. OpenGL drivers name themselves `llvmpipe-llvm-15-…` in `device`, Vulkan's in `description`. */
export function describeAdapter(info: AdapterInfo, api: string): Adapter {
  const name = info.device.replace(/-+$/, '') || `${info.vendor} ${info.architecture}`.trim() || 'unnamed';
  const words = info.description.startsWith(api) ? [info.description] : [api, info.description];
  const driver = words.filter(Boolean).join(', ');
  return { name, driver, software: isSoftware(info) };
}

/** Rasterisers on the processor: Chromium's, Mesa's three, and Windows' own; not all of them say that they are. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|softpipe|basic render|software/i;

function isSoftware({ vendor, architecture, device, description, isFallbackAdapter }: AdapterInfo): boolean {
  return isFallbackAdapter || SOFTWARE.test([vendor, architecture, device, description].join(' '));
}
