/// <reference types="@webgpu/types" />

/**
 * A device of Dawn's that keeps buffers and computes nothing, on any machine: for what is checked, uploaded and encoded.
 *
 * It has the features, shader-f16 among them, that drivers for tests lack.
 */
export async function nullDevice(features: readonly string[]): Promise<GPUDevice> {
  const { create } = await import('webgpu');
  const dawn = create(['backend=null', 'enable-dawn-features=allow_unsafe_apis']);
  const adapter = (await dawn.requestAdapter())!;
  const device = await adapter.requestDevice({ requiredFeatures: features as GPUFeatureName[] });
  kept.push(dawn, adapter, device);
  return device;
}

/** Dawn must outlive what it has made. */
const kept: unknown[] = [];
