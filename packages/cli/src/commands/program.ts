import { untrainedNetwork } from '@nlrn/networks';
import { createTrainingStep } from '@nlrn/nn';
import { formatBytes, formatProgram, referenceBackend, toDot, toMermaid } from '@nlrn/tensor';
import type { GpuPlan, Launches } from '@nlrn/tensor/gpujs';
import type { CommandModule, InferredOptionTypes, Options } from 'yargs';
import { trainConfigOf, trainingOptions } from '../trainingOptions.ts';

export const programOptions = {
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

export const programCommand: CommandModule<unknown, Arguments> = {
  command: 'program',
  describe: 'Print the instructions of a training step: forward, backward, clipping and Adam',
  builder: (yargs) =>
    yargs
      .options(programOptions)
      .example('$0 program --states 1 --no-batch-norm', 'short enough to read')
      .example('$0 program --preset paper | head -1', "the memory of the paper's setting")
      .example('$0 program --preset paper --backend gpu | head -20', 'kernels, copies and bytes of a step')
      .example('$0 program --states 1 --no-batch-norm --graph mermaid', 'a picture, for a Markdown viewer'),
  handler: runProgram,
};

async function runProgram(args: Arguments): Promise<void> {
  const config = trainConfigOf(args);
  const { graph } = createTrainingStep(untrainedNetwork(config), config);
  // gpu.js is loaded where it is asked for.
  const plan = args.backend === 'gpu' ? (await import('@nlrn/tensor/gpujs')).planForGpu(graph) : undefined;
  const { program } = plan ?? referenceBackend({ precision: 'float32' }).compile(graph);
  if (plan && args.graph === undefined) process.stdout.write(`${formatPlan(plan)}\n`);
  if (args.graph === undefined) process.stdout.write(formatProgram(program));
  else console.log((args.graph === 'dot' ? toDot : toMermaid)(program, { forward: 'loss' }));
}

/** A line for all kernels, and one for those of each kind of instruction. */
function formatPlan({ all, byName }: GpuPlan): string {
  const line = (name: string, { kernels, copies, bytes }: Launches) =>
    `${name.padEnd(22)}${String(kernels).padStart(8)}${String(copies).padStart(8)}${formatBytes(bytes).padStart(12)}\n`;
  const heading = `${'a step on a GPU'.padEnd(22)}${'kernels'.padStart(8)}${'copies'.padStart(8)}${'operands'.padStart(12)}\n`;
  return [heading, line('all', all), ...[...byName].map(([name, own]) => line(name, own))].join('');
}
