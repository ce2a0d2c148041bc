/** What there is in Node alone: looking for a graphics card. */

export { type ModeReport, mayHaveGpu, probeMode } from './backends/gpujs/node/probe.ts';
