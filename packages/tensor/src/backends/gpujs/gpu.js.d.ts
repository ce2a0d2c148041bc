import 'gpu.js';

/** What gpu.js exports and its own types leave out. */
declare module 'gpu.js' {
  /** The one device that all WebGPU kernels of a process share. */
  export const WebGPUContext: {
    acquire(): Promise<{ readonly adapter: unknown; readonly device: GPUDevice; readonly isLost: boolean }>;
  };
}
