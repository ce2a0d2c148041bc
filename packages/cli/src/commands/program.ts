import { untrainedNetwork } from '@nlrn/networks';
import { createTrainingStep } from '@nlrn/nn';
import { formatProgram, referenceBackend, toDot, toMermaid } from '@nlrn/tensor';
import type { CommandModule, InferredOptionTypes, Options } from 'yargs';
import { trainConfigFrom, trainingOptions } from '../trainingOptions.ts';

export const programOptions = {
  ...trainingOptions,
  graph: {
    type: 'string',
    choices: ['mermaid', 'dot'],
    requiresArg: true,
    describe: 'Print a picture of them instead, forward and backward in two colours: for Mermaid or Graphviz',
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
      .example('$0 program --states 1 --no-batch-norm --graph mermaid', 'a picture, for a Markdown viewer'),
  handler: runProgram,
};

async function runProgram(args: Arguments): Promise<void> {
  const config = trainConfigFrom(args);
  const { graph } = createTrainingStep(untrainedNetwork(config), config);
  const { program } = referenceBackend({ precision: 'float32' }).compile(graph);
  if (args.graph === undefined) process.stdout.write(formatProgram(program));
  else console.log((args.graph === 'dot' ? toDot : toMermaid)(program, { forward: 'loss' }));
}
