import { untrainedNetwork } from '@nlrn/networks';
import { createTrainingStep } from '@nlrn/nn';
import { formatBytes, formatProgram, referenceBackend, toDot, toMermaid } from '@nlrn/tensor';
import type { GpuPlan, Launches } from '@nlrn/tensor/gpujs';
import type { InferredOptionTypes, Options } from 'yargs';
import type { Command } from '../command.ts';
import { checkTrainable, trainConfigOf, trainingOptions } from '../trainingOptions.ts';

const programOptions = {
  ...trainingOptions,
  graph: {
    type: 'string',
    choices: ['mermaid', 'dot'],
    requiresArg: true,
    describe: 'Print a picture of them instead, forward and backward in two colours: for Mermaid or Graphviz',
  },
  backend: {
    type: 'string',
    choices: ['reference', 'gpu'],
    default: 'reference',
    requiresArg: true,
    describe: 'Whose program; that of gpu begins with what it asks of a GPU, which need not be there',
  },
} as const satisfies Record<string, Options>;

type Arguments = InferredOptionTypes<typeof programOptions>;

export const programCommand: Command<Arguments> = {
  command: 'program',
  describe: 'Print the instructions of a training step: forward, backward, clipping and Adam',
  options: programOptions,
  builder: (yargs) =>
    yargs
      .example('$0 program --states 1 --no-batch-norm', 'short enough to read')
      .example('$0 program --preset paper | head -1', "the memory of the paper's setting")
      .example(
        '$0 program --preset paper --backend gpu | head -20',
        'kernels, bytes and operations of a step',
      )
      .example('$0 program --states 1 --no-batch-norm --graph mermaid', 'a picture, for a Markdown viewer'),
  handler: runProgram,
};

async function runProgram(args: Arguments): Promise<void> {
  const config = trainConfigOf(args);
  const network = untrainedNetwork(config);
  checkTrainable(config, network);
  const { graph } = createTrainingStep(network, config);
  // gpu.js is loaded where it is asked for.
  const plan = args.backend === 'gpu' ? (await import('@nlrn/tensor/gpujs')).planForGpu(graph) : undefined;
  const { program } = plan ?? referenceBackend({ precision: 'float32' }).compile(graph);
  if (plan && args.graph === undefined) process.stdout.write(`${formatPlan(plan)}\n`);
  if (args.graph === undefined) process.stdout.write(formatProgram(program));
  else console.log((args.graph === 'dot' ? toDot : toMermaid)(program, { forward: 'loss' }));
}

/** An H100 SXM by its data sheet: operations a second in float32 outside the matrix units, and bytes a second. */
const CARD = { operations: 67e12, bytes: 3.35e12 };

/** A line for all kernels, and one for those of each kind of instruction, with the least that they would take on such a card. */
function formatPlan({ all, byName }: GpuPlan): string {
  const columns = (name: string, cells: readonly string[]) =>
    `${name.padEnd(22)}${cells.map((cell, i) => cell.padStart(WIDTHS[i]!)).join('')}\n`;
  const milliseconds = (seconds: number) => `${(1e3 * seconds).toFixed(seconds < 1e-3 ? 3 : 1)} ms`;
  const line = (name: string, { kernels, copies, operations, bytes }: Launches) =>
    columns(name, [
      `${kernels}`,
      `${copies}`,
      formatBytes(bytes),
      milliseconds(bytes / CARD.bytes),
      operations === 0 ? '-' : `${(operations / 1e9).toFixed(operations < 1e10 ? 2 : 0)} G`,
      operations === 0 ? '-' : milliseconds(operations / CARD.operations),
    ]);
  const { operations, bytes } = CARD;
  const heading = columns('a step on a GPU', [
    ...['kernels', 'copies', 'operands', `at ${bytes / 1e12} TB/s`],
    ...['operations', `at ${operations / 1e12} TFLOP/s`],
  ]);
  return [heading, line('all', all), ...[...byName].map(([name, own]) => line(name, own))].join('');
}

/** Of the columns of numbers, in characters. */
const WIDTHS = [8, 8, 12, 14, 13, 16];
