/** What there is in Node alone: looking for a graphics card, and the kernels as files for pages. */

export { type ModeReport, mayHaveGpu, probeMode } from './backends/gpujs/node/probe.ts';
export { kernelFiles } from './backends/wasm/node/kernelFiles.ts';
