import { availableParallelism, cpus } from 'node:os';
import { formatBytes, GPU_MODES, type GpuMode } from '@nlrn/tensor';
import { type ModeReport, probeMode } from '@nlrn/tensor/node';
import { chooseBackend } from '../backends.ts';
import type { Command } from '../command.ts';

export const devicesCommand: Command = {
  command: 'devices',
  describe: 'List the backends: what each has found on this machine, or why it is missing',
  options: {},
  builder: (yargs) => yargs.example('$0 devices', ''),
  handler: async () =>
    console.log(await describeDevices(await Promise.all(GPU_MODES.map((mode) => probeMode(mode))))),
};

/** What `--backend auto` stands for, then each backend with what there is to say of it. */
export async function describeDevices(reports: readonly ModeReport[]): Promise<string> {
  const webgpu = reports.find(({ mode }) => mode === 'webgpu')!;
  const { name, why } = await chooseBackend('auto', { findGpu: async () => webgpu });
  const processor = `${cpus()[0]?.model.trim() ?? 'this processor'}, ${availableParallelism()} threads`;
  return [
    `--backend auto is ${name} here: ${why}\n`,
    entry('wasm', ['float32, SIMD', processor, 'programs of up to 4 GB']),
    entry('reference', ['float64, one thread: for comparisons, slow']),
    ...reports.map((report) => entry(NAMES[report.mode], linesOf(report))),
  ].join('\n');
}

/** As they are given to `--backend`. */
const NAMES: Readonly<Record<GpuMode, string>> = {
  webgpu: 'gpu or webgpu',
  headlessgl: 'headlessgl',
  webasm: 'webasm',
  cpu: 'cpu',
};

/** What to expect of a mode that does not run on a GPU. */
const SOFTWARE: Readonly<Record<GpuMode, string>> = {
  webgpu: 'imitated on the processor: for tests, far slower than wasm',
  headlessgl: 'on the graphics card or imitated, which the package does not tell: for tests',
  webasm: 'for comparison: its kernels are compiled by gpu.js, and slower than those of wasm',
  cpu: 'for comparison: plain JavaScript, slow',
};

function linesOf(report: ModeReport): string[] {
  if ('fault' in report) return [`missing: ${report.fault}`, `to have it: ${report.remedy}`];
  const { adapter, limits, mode } = report;
  const found = `gpu.js on ${adapter.name} (${adapter.driver})`;
  const units = adapter.matrixUnits ? ['with matrix units, for --precision mixed'] : [];
  return [found, ...(adapter.software ? [SOFTWARE[mode]] : []), ...units, ...limitsOf(limits)];
}

function limitsOf(limits: Readonly<Record<string, number>>): string[] {
  const { maxTextureSize: side, maxBufferSize: buffer, maxStorageBufferBindingSize: bound } = limits;
  return [
    ...(side === undefined ? [] : [`textures of up to ${side} x ${side}`]),
    ...(buffer === undefined ? [] : [`buffers of up to ${formatBytes(buffer)}`]),
    ...(bound === undefined ? [] : [`of which a kernel sees up to ${formatBytes(bound)} at once`]),
  ];
}

/** Width of the column of names. */
const WIDTH = 15;

function entry(name: string, lines: readonly string[]): string {
  return lines.map((line, i) => `${(i === 0 ? name : '').padEnd(WIDTH)}${line}`).join('\n');
}
