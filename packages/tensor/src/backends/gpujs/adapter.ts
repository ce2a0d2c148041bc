/// <reference types="@webgpu/types" />
import { MATRIX, SUBGROUP } from './lower/byHand/matrices.ts';
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

/** An experiment of Dawn's, which reaches matrix units. */
const MATRICES = 'chromium-experimental-subgroup-matrix';

/** What the kernels for matrix units need. */
const OF_MATRICES = ['shader-f16', 'subgroups', MATRICES];

/** Features that are switched on where the adapter has them; by timestamps a bench tells how long kernels take. */
const FEATURES = [...OF_MATRICES, 'timestamp-query'];

/** The device of an adapter: without matrix units if it is refused with them. Throws ModeError if there is none. */
export async function requestDevice(adapter: GPUAdapter): Promise<GPUDevice> {
  const request = (features: readonly string[]) =>
    adapter.requestDevice({
      requiredFeatures: features as GPUFeatureName[],
      requiredLimits: limitsOf(adapter),
    });
  const features = FEATURES.filter((feature) => adapter.features.has(feature));
  const others = features.filter((feature) => feature !== MATRICES);
  try {
    return await request(features).catch((error) => {
      if (others.length === features.length) throw error;
      return request(others);
    });
  } catch (error) {
    throw new ModeError('webgpu', `the driver gives no device (${(error as Error).message})`, UPDATE_DRIVER);
  }
}

/** The limits of RAISED_LIMITS. */
export function limitsOf({ limits }: GPUAdapter | GPUDevice): Record<string, number> {
  return Object.fromEntries(RAISED_LIMITS.map((name) => [name, limits[name]]));
}

/** What Dawn tells of the matrices that a subgroup can multiply; not among WebGPU's types. */
interface MatrixConfig {
  readonly componentType: string;
  readonly resultComponentType: string;
  readonly M: number;
  readonly N: number;
  readonly K: number;
}

/** What the kernels of `inMatrices` keep in a group's memory, at most, in bytes. */
const GROUP_MEMORY = 28_160;

/**
 * Whether a device of an adapter has matrix units for `subgroupMatrices`: of 16 x 16 float16, with float32 sums, in subgroups
 * of 32.
 */
export function hasMatrixUnits({ info }: GPUAdapter, { features, limits }: GPUDevice): boolean {
  if (!OF_MATRICES.every((feature) => features.has(feature))) return false;
  const { subgroupMatrixConfigs = [] } = info as { subgroupMatrixConfigs?: Iterable<MatrixConfig> };
  const { subgroupMinSize, subgroupMaxSize } = info as { subgroupMinSize?: number; subgroupMaxSize?: number };
  return (
    subgroupMinSize === SUBGROUP &&
    subgroupMaxSize === SUBGROUP &&
    limits.maxComputeWorkgroupStorageSize >= GROUP_MEMORY &&
    [...subgroupMatrixConfigs].some(
      ({ componentType, resultComponentType, M, N, K }) =>
        componentType === 'f16' &&
        resultComponentType === 'f32' &&
        [M, N, K].every((side) => side === MATRIX),
    )
  );
}

type AdapterInfo = Pick<
  GPUAdapterInfo,
  'vendor' | 'architecture' | 'device' | 'description' | 'isFallbackAdapter'
>;

/** What computes behind an adapter's device, reached by an interface of this name. */
export function adapterOf(adapter: GPUAdapter, device: GPUDevice, api: string): Adapter {
  return { ...describeAdapter(adapter.info, api), matrixUnits: hasMatrixUnits(adapter, device) };
}

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
